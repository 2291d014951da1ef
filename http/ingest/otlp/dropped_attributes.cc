#include "http/ingest/otlp/dropped_attributes.h"

#include <algorithm>
#include <array>

namespace orchestrator_exporter::http::otlp {
namespace {

constexpr std::array<std::string_view, 33> kUsual = {
    "session.id",
    "user.*",
    "organization.id",
    "enduser.*",
    "installation.id",
    "conversation.id",
    "prompt.id",
    "request_id",
    "client_request_id",
    "tool_use_id",
    "call_id",
    "workflow.run_id",
    "agent_id",
    "project.id",
    "event.*",
    "identity.*",
    "service.instance.id",
    "process.*",
    "host.id",
    "os.*",
    "telemetry.*",
    // Gemini CLI's numbers and sentences.
    "tokens_before",
    "tokens_after",
    "lines",
    "current_value",
    "baseline_value",
    "baseline",
    "context",
    "details",
    "routing.error_message",
    "routing.reasoning",
    "cpu_usage_user",
    "cpu_usage_system",
};

}  // namespace

void DroppedAttributes::Names::add(std::string_view name) {
  if (name.ends_with(".*")) {
    beginnings.emplace_back(name.substr(0, name.size() - 1));
  } else {
    whole.emplace(name);
  }
}

bool DroppedAttributes::Names::has(std::string_view attribute) const {
  return whole.contains(attribute) ||
         std::any_of(beginnings.begin(), beginnings.end(), [&](const std::string& beginning) {
           return attribute.starts_with(beginning);
         });
}

DroppedAttributes::DroppedAttributes(const std::vector<std::string>& keep,
                                     const std::vector<std::string>& drop) {
  for (const std::string_view name : kUsual) dropped_.add(name);
  for (const std::string& name : drop) dropped_.add(name);
  for (const std::string& name : keep) kept_.add(name);
}

bool DroppedAttributes::drops(std::string_view attribute) const {
  return dropped_.has(attribute) && !kept_.has(attribute);
}

}  // namespace orchestrator_exporter::http::otlp
