#pragma once

#include <string_view>

#include "http/front/parsing/request_head.h"
#include "http/server/message.h"

namespace orchestrator_exporter::http::grpc {

// The head of a request from its fields in HTTP/2 (RFC 9113, 8.3.1), checked as one of HTTP/1 is,
// so that nothing later needs to doubt it. What tells of the connection or of the body's size is
// left out. Throws HttpError as parseRequestHead() does.
RequestHead callHead(const Fields& fields);

// Whether a media type is one of gRPC with protobuf messages.
bool isGrpc(std::string_view contentType);

}  // namespace orchestrator_exporter::http::grpc
