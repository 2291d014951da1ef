#pragma once

#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "http/ingest/otlp/decoding/data.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::http::otlp {

// A field by its number and by how it is written: one that is written otherwise is another field,
// of which nothing is known, and is passed over.
constexpr std::uint32_t varint(protozero::pbf_tag_type tag) {
  return protozero::tag_and_type(tag, protozero::pbf_wire_type::varint);
}
constexpr std::uint32_t fixed64(protozero::pbf_tag_type tag) {
  return protozero::tag_and_type(tag, protozero::pbf_wire_type::fixed64);
}
constexpr std::uint32_t bytes(protozero::pbf_tag_type tag) {
  return protozero::tag_and_type(tag, protozero::pbf_wire_type::length_delimited);
}

// Goes on to the next field of this number that is a message.
inline bool nextMessage(protozero::pbf_reader& message, protozero::pbf_tag_type tag) {
  return message.next(tag, protozero::pbf_wire_type::length_delimited);
}

inline std::string_view viewOf(protozero::data_view view) { return {view.data(), view.size()}; }

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

// Runs a decoder, and throws ParseError for bytes that are no message.
template <typename Decode>
void decodeProtobuf(Decode decode) {
  try {
    decode();
  } catch (const protozero::exception& error) {
    throw ParseError("no protobuf message of this kind: " + std::string(error.what()));
  }
}

}  // namespace orchestrator_exporter::http::otlp
