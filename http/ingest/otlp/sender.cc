#include "http/ingest/otlp/sender.h"

#include "metrics/base/names.h"

namespace orchestrator_exporter::http::otlp {
namespace {

constexpr std::size_t kLongestOrchestrator = 128;

bool isHexDigit(char c) {
  return isNameDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// As SDKs make one up for each process.
bool isUuid(std::string_view text) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kForm[i] == '-' ? text[i] != '-' : !isHexDigit(text[i])) return false;
  }
  return true;
}

std::string ownOrchestrator(std::span<const Attribute> attributes) {
  std::string name = attributeText(attributes, "orchestrator.id");
  return name.empty() ? attributeText(attributes, "orchestrator_id") : name;
}

}  // namespace

Sender senderOf(std::span<const Attribute> resource, std::string_view peer) {
  Sender sender;
  sender.serviceName = attributeText(resource, "service.name");
  sender.host = attributeText(resource, "host.name");
  if (sender.host.empty()) sender.host = peer;
  std::string name = ownOrchestrator(resource);
  if (name.empty()) {
    name = attributeText(resource, "service.instance.id");
    if (isUuid(name)) name.clear();
  }
  if (name.empty()) {
    const std::string space = attributeText(resource, "service.namespace");
    name = sender.serviceName;
    if (!space.empty() && !name.empty()) name = space + "/" + name;
  }
  sender.orchestrator = name.empty() ? "unknown" : cutToUtf8(name, kLongestOrchestrator);
  return sender;
}

std::string orchestratorOf(std::span<const Attribute> attributes, const Sender& sender) {
  const std::string own = ownOrchestrator(attributes);
  return own.empty() ? sender.orchestrator : cutToUtf8(own, kLongestOrchestrator);
}

}  // namespace orchestrator_exporter::http::otlp
