#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/ingest/otlp/decoding/data.h"
#include "metrics/base/errors.h"

// What protobuf's JSON mapping has in more than one form. Only for the JSON decoders.
namespace orchestrator_exporter::http::otlp::json {

namespace ondemand = simdjson::ondemand;

// 64-bit numbers come as strings or as numbers; null is 0.
std::uint64_t readUnsigned(ondemand::value value);
std::int64_t readInteger(ondemand::value value);
// Numbers, and the strings NaN, Infinity and -Infinity.
double readDouble(ondemand::value value);
bool readBool(ondemand::value value);
// Empty for null.
std::string_view readString(ondemand::value value);
// A trace or span id in hexadecimal; empty for anything else.
std::string_view readHexId(ondemand::value value);
// By number or name.
int readTemporality(ondemand::value value);

// An AnyValue, and the list of KeyValues of an attribute list.
AnyValue readAnyValue(ondemand::value value, Texts& texts);
void readAttributes(ondemand::value value, Texts& texts, std::vector<Attribute>& out);

// Calls one(element) for each element of a list; null is an empty list.
template <typename One>
void forEach(ondemand::value list, One one) {
  if (list.is_null()) return;
  for (auto element : list.get_array()) one(element.value());
}

// A key as it stands in the document, to be compared with short names without escapes. The library
// has room to unescape each text once, and objects are gone through twice.
using Key = ondemand::raw_json_string;

// Calls one(key, value) for each field of an object that is not null.
template <typename One>
void forFields(ondemand::object& object, One one) {
  for (auto field : object) {
    const Key key = field.key();
    ondemand::value value = field.value();
    if (!value.is_null()) one(key, value);
  }
}

// Runs decode(root) on a document whose root is an object. Throws ParseError for what is no JSON,
// for brackets that do not match, for more than kMostNesting of them within each other, and for
// more values than a large request has.
void decodeDocument(std::string_view json, void (*decode)(ondemand::object root, void* context),
                    void* context);

template <typename Decode>
void decodeDocument(std::string_view json, Decode decode) {
  decodeDocument(
      json, [](ondemand::object root, void* context) { (*static_cast<Decode*>(context))(root); },
      &decode);
}

}  // namespace orchestrator_exporter::http::otlp::json
