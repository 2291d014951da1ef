#include "http/ingest/pushgateway/push_body.h"

#include "http/server/header_value.h"

namespace orchestrator_exporter::http::pushgateway {
namespace {

bool saysProtobuf(const Request& request) {
  return equalIgnoringCase(mediaType(request.header("Content-Type").value_or("")),
                           "application/vnd.google.protobuf");
}

}  // namespace

PushBody::PushBody(const Request& request, std::string_view body)
    : isProtobuf_(saysProtobuf(request)) {
  if (isProtobuf_) {
    protobuf_ = parseProtobuf(body);
  } else {
    text_ = parseText("body", body);
  }
}

std::span<const ParsedFamily> PushBody::families() const {
  return isProtobuf_ ? protobuf_.families : text_.families();
}

bool PushBody::hasTimestamps() const {
  return isProtobuf_ ? protobuf_.hasTimestamps : text_.firstTimestampLine().has_value();
}

}  // namespace orchestrator_exporter::http::pushgateway
