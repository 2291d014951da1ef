#pragma once

#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>
#include <string>
#include <string_view>

#include "metrics/base/errors.h"

// What decoders of protobuf messages share.

namespace orchestrator_exporter {

// A field by its number and by how it is written: one that is written otherwise is another field,
// of which nothing is known, and is passed over.
template <typename Tag>
constexpr std::uint32_t varint(Tag tag) {
  return protozero::tag_and_type(tag, protozero::pbf_wire_type::varint);
}
template <typename Tag>
constexpr std::uint32_t fixed64(Tag tag) {
  return protozero::tag_and_type(tag, protozero::pbf_wire_type::fixed64);
}
template <typename Tag>
constexpr std::uint32_t bytes(Tag tag) {
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

}  // namespace orchestrator_exporter
