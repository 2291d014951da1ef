#pragma once

#include <span>
#include <string>
#include <string_view>

#include "http/ingest/otlp/decoding/data.h"

namespace orchestrator_exporter::http::otlp {

// What a resource says of who sends.
struct Sender {
  std::string orchestrator;  // as the resource says it; never empty
  std::string serviceName;   // may be empty
  std::string host;          // host.name, else the peer's address
};
Sender senderOf(std::span<const Attribute> resource, std::string_view peer);

// The orchestrator that a point or record belongs to: its own attribute if it has one, else what
// its resource says. At most 128 bytes.
std::string orchestratorOf(std::span<const Attribute> attributes, const Sender& sender);

}  // namespace orchestrator_exporter::http::otlp
