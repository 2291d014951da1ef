#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/base/errors.h"

namespace orchestrator_exporter {

// A value of XML-RPC (http://xmlrpc.com/spec.md): an array, a struct, or a scalar, whose text is
// kept as it was written.
struct XmlRpcValue {
  enum class Kind : std::uint8_t { kScalar, kArray, kStruct };

  Kind kind = Kind::kScalar;
  std::string text = {};
  std::vector<XmlRpcValue> items = {};
  std::vector<std::pair<std::string, XmlRpcValue>> members = {};

  // The member of that name; null if there is none.
  const XmlRpcValue* find(std::string_view name) const;
};

// The call of a method without parameters.
std::string xmlRpcCall(std::string_view method);

// What a methodResponse holds. `place` names it in errors. Throws ParseError for what is no such
// document, and for an answer that tells a fault.
XmlRpcValue parseXmlRpcResponse(std::string_view place, std::string_view xml);

}  // namespace orchestrator_exporter
