#pragma once

#include <cstdint>
#include <string_view>

#include "http/server/message.h"

namespace orchestrator_exporter::http::otlp {

enum class Encoding : std::uint8_t { kProtobuf, kJson };

// By the Content-Type of a request. Throws HttpError 415 for another.
Encoding encodingOf(const Request& request);

// An Export…ServiceResponse: all was taken, or so much was not, and why.
Response answer(Encoding encoding, std::uint64_t rejected, std::string_view reason,
                std::string_view rejectedName);

// A google.rpc.Status.
Response refusal(Encoding encoding, int status, std::string_view reason, Fields headers = {});

}  // namespace orchestrator_exporter::http::otlp
