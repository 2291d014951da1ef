#include "http/ingest/otlp/logs_intake.h"

#include "http/ingest/otlp/stream_hash.h"
#include "metrics/agents/agent_names.h"
#include "metrics/base/string_hash.h"

namespace orchestrator_exporter::http::otlp {

void LogsIntake::resource(std::span<const Attribute> attributes, std::string_view bytes) {
  sender_ = senderOf(attributes, peer_);
  resourceHash_ = textHash(bytes);
}

// The name is in an attribute, in the body or in a field, as the agent likes: the first of them
// that is an event counts.
LogsIntake::Event LogsIntake::eventOf(const LogRecord& record, std::string_view name) const {
  const std::string_view body =
      record.body.type == AnyValue::Type::kString ? record.body.text : std::string_view();
  for (const std::string_view candidate : {name, body, record.eventName}) {
    if (candidate.empty()) continue;
    const std::string_view agent = agentOf(candidate, scope_, sender_.serviceName);
    const auto rows = eventRows(agent, withoutAgentPrefix(candidate));
    if (!rows.empty()) return {agent, rows};
  }
  return {agentOf(name, scope_, sender_.serviceName), {}};
}

// Agents that number their events may begin again in a session that goes on, so the time counts
// too.
RecordIdentity LogsIntake::identityOf(const LogRecord& record) const {
  const std::string session = attributeText(record.attributes, "session.id");
  const std::string sequence = attributeText(record.attributes, "event.sequence");
  if (!session.empty() && !sequence.empty() && record.time != 0) {
    return {textHash(session) | 1, mixWords(textHash(sequence), record.time ^ 0x243F6A8885A308D3u)};
  }
  return {0, mixWords(textHash(record.bytes), resourceHash_ ^ 0x9E3779B97F4A7C15u)};
}

void LogsIntake::record(const LogRecord& record) {
  if (request_.isRepeat(identityOf(record))) {
    ++counts_.duplicate;
    return;
  }
  ++counts_.accepted;
  const std::string name = attributeText(record.attributes, "event.name");
  const Event event = eventOf(record, name);
  if (event.agent.empty()) return;
  constexpr double kNanoseconds = 1e-9;
  const std::uint64_t time = record.time != 0 ? record.time : record.observed;
  const std::string orchestrator = orchestratorOf(record.attributes, sender_);
  agents_.happened(
      {orchestrator, event.agent}, event.rows,
      {record.attributes, record.traceId, record.spanId, static_cast<double>(time) * kNanoseconds});
}

}  // namespace orchestrator_exporter::http::otlp
