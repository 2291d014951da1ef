#pragma once

#include <protozero/pbf_reader.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "http/ingest/otlp/decoding/data.h"
#include "metrics/exposition/protobuf_fields.h"

namespace orchestrator_exporter::http::otlp {

// Goes on to the next field of this number that is a message.
inline bool nextMessage(protozero::pbf_reader& message, protozero::pbf_tag_type tag) {
  return message.next(tag, protozero::pbf_wire_type::length_delimited);
}

// A KeyValue message onto the list, of which at most kMostAttributes + 1 are kept. Throws
// ParseError for values that are nested too deeply.
void appendAttribute(protozero::pbf_reader message, Texts& texts, std::vector<Attribute>& out);

// An AnyValue message.
AnyValue readAnyValue(protozero::pbf_reader message, Texts& texts);

// A number of bytes as an id in hexadecimal; empty for none, and for more than an id has.
std::string_view readId(std::string_view bytes, Texts& texts);

// Goes through the fields of the outermost message, so that one that is cut off is refused before
// anything was made of it. Throws protozero::exception.
void checkFrames(std::string_view bytes);

}  // namespace orchestrator_exporter::http::otlp
