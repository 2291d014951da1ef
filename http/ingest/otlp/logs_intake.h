#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/ingest/otlp/decoding/data.h"
#include "http/ingest/otlp/metrics_intake.h"
#include "http/ingest/otlp/sender.h"
#include "metrics/agents/agent_telemetry.h"

namespace orchestrator_exporter::http::otlp {

// Tells agents' telemetry of the events among the log records of one request. Other records are
// accepted and dropped.
class LogsIntake final : public LogsVisitor {
 public:
  // Both must outlive it.
  LogsIntake(AgentTelemetry& agents, std::string_view peer)
      : agents_(agents), peer_(peer), request_(agents.repeats()) {}

  void resource(std::span<const Attribute> attributes, std::string_view bytes) override;
  void scope(std::string_view name) override { scope_ = name; }
  void record(const LogRecord& record) override;

  const IntakeCounts& counts() const { return counts_; }

 private:
  struct Event {
    std::string_view agent;
    std::span<const EventRow> rows;
  };
  // What kind of event a record is, and of which agent.
  Event eventOf(const LogRecord& record, std::string_view name) const;
  RecordIdentity identityOf(const LogRecord& record) const;

  AgentTelemetry& agents_;
  const std::string_view peer_;
  RecordRepeats::Request request_;
  IntakeCounts counts_;
  Sender sender_;
  std::uint64_t resourceHash_ = 0;
  std::string scope_;
};

}  // namespace orchestrator_exporter::http::otlp
