#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/ingest/otlp/decoding/data.h"
#include "http/ingest/otlp/sender.h"
#include "http/ingest/otlp/series_labels.h"
#include "metrics/agents/agent_telemetry.h"
#include "metrics/pushed/pushed_metrics.h"

namespace orchestrator_exporter::http::otlp {

// By which way points come, as self metrics and families name it.
inline constexpr std::string_view kMetricsProtocol = "otlp_metrics";
inline constexpr std::string_view kLogsProtocol = "otlp_logs";
inline constexpr std::string_view kTracesProtocol = "otlp_traces";

// What became of the points or records of a request.
struct IntakeCounts {
  std::uint64_t accepted = 0;
  std::uint64_t duplicate = 0;
  std::uint64_t overflow = 0;
  std::uint64_t rejected = 0;
  std::string reason = {};  // why the first was rejected
};

// How metrics are taken; as long-lived as the program.
struct MetricsRules {
  LabelRules labels = {};
  bool raw = true;                   // show metrics under their own names
  AgentTelemetry* agents = nullptr;  // null: agents mean nothing
  // Whether others give a family of this name that is of another type; none if not set.
  std::function<bool(std::string_view name, MetricType type)> conflicts = {};
};

// Brings the metrics of one request into the store.
class MetricsIntake final : public MetricsVisitor {
 public:
  // `nowNanoseconds` since the Unix epoch. All must outlive it.
  MetricsIntake(PushedMetrics& store, const MetricsRules& rules, std::string_view peer,
                std::uint64_t nowNanoseconds)
      : store_(store), rules_(rules), peer_(peer), now_(nowNanoseconds) {}

  void resource(std::span<const Attribute> attributes) override;
  void scope(std::string_view name, std::string_view version,
             std::span<const Attribute> attributes) override;
  void metric(const MetricHead& head) override;
  void point(const MetricPoint& point) override;

  const IntakeCounts& counts() const { return counts_; }

 private:
  template <typename Cell>
  using Family = std::shared_ptr<StreamFamily<Cell>>;
  using AnyFamily = std::variant<std::monostate, Family<CountCell>, Family<LevelCell>,
                                 Family<BucketCell>, Family<ExponentialCell>, Family<QuantileCell>>;

  std::string_view findFamily();
  template <typename Cell>
  std::string_view findFamily(const FamilyHead& head);
  PointTime timeOf(const MetricPoint& point) const;
  Taken take(const MetricPoint& point, const PointTime& at, const PointLabels& labels);
  Taken takeBuckets(StreamFamily<BucketCell>& family, const MetricPoint& point, const PointTime& at,
                    const PointLabels& labels);
  void end(const PointTime& at);
  void count(PushResult result);
  void reject(std::string_view reason);
  void tellAgents(const MetricPoint& point, const Taken& taken);

  PushedMetrics& store_;
  const MetricsRules& rules_;
  const std::string_view peer_;
  const std::uint64_t now_;
  IntakeCounts counts_;

  std::vector<Attribute> resource_;
  Sender sender_;
  std::uint64_t resourceHash_ = 0;
  std::string scopeName_;
  std::uint64_t scopeHash_ = 0;
  MetricHead head_;
  std::uint64_t metricHash_ = 0;
  Temporality temporality_ = Temporality::kInstant;
  std::string_view metricFault_;
  AnyFamily family_;
  bool tellsAgents_ = false;  // whether points of the metric say something of agents
  std::string agent_;         // empty if the sender has no name
  std::span<const MetricRow> agentRows_;
};

}  // namespace orchestrator_exporter::http::otlp
