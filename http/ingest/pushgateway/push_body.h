#pragma once

#include <span>
#include <string_view>

#include "http/server/message.h"
#include "metrics/exposition/protobuf_parser.h"
#include "metrics/exposition/text_parser.h"

namespace orchestrator_exporter::http::pushgateway {

// The families of a push, in the text format or in delimited protobuf as its Content-Type says.
// Views point into the body, which must outlive it.
class PushBody {
 public:
  // Throws ParseError.
  PushBody(const Request& request, std::string_view body);

  std::span<const ParsedFamily> families() const;
  bool hasTimestamps() const;

 private:
  const bool isProtobuf_;
  ParsedText text_;
  ParsedProtobuf protobuf_;
};

}  // namespace orchestrator_exporter::http::pushgateway
