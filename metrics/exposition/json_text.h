#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

// Labels, annotations and their like as an object, whose texts are valid UTF-8.
template <typename Pairs>
nlohmann::json jsonObject(const Pairs& pairs) {
  nlohmann::json object = nlohmann::json::object();
  for (const auto& [name, value] : pairs) object[toUtf8(name)] = toUtf8(value);
  return object;
}

// On one line; what is not UTF-8 becomes U+FFFD.
inline std::string jsonText(const nlohmann::json& document) {
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace orchestrator_exporter
