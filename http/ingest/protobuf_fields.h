#pragma once

#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>
#include <string>
#include <string_view>

#include "metrics/base/errors.h"

// What decoders of protobuf messages share.

namespace orchestrator_exporter::http {

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

inline std::string_view viewOf(protozero::data_view view) { return {view.data(), view.size()}; }

// Runs a decoder, and throws ParseError for bytes that are no message.
template <typename Decode>
void decodeProtobuf(Decode decode) {
  try {
    decode();
  } catch (const protozero::exception& error) {
    throw ParseError("no protobuf message of this kind: " + std::string(error.what()));
  }
}

}  // namespace orchestrator_exporter::http
