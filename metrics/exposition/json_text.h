#pragma once

#include <concepts>
#include <nlohmann/json.hpp>
#include <string>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

// Labels, annotations and their like as an object, whose texts are valid UTF-8; an ordered one has
// them in their order.
template <typename Json = nlohmann::json, typename Pairs>
Json jsonObject(const Pairs& pairs) {
  Json object = Json::object();
  for (const auto& [name, value] : pairs) object[toUtf8(name)] = toUtf8(value);
  return object;
}

// On one line; what is not UTF-8 becomes U+FFFD.
inline std::string jsonText(const nlohmann::json& document) {
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}
// In the order of its keys.
template <std::same_as<nlohmann::ordered_json> Ordered>
std::string jsonText(const Ordered& document) {
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace orchestrator_exporter
