#include "http/reports/templated_report.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "http/pages/html.h"
#include "http/reports/exports.h"
#include "metrics/text_template/template_error.h"
#include "metrics/text_template/text_template.h"

namespace orchestrator_exporter::http {

namespace {

using text_template::Value;

Value valueOf(const nlohmann::json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  if (json.is_array()) {
    auto list = std::make_shared<text_template::List>();
    list->type = "[]interface {}";
    for (const nlohmann::json& item : json) list->items.push_back(valueOf(item));
    return list;
  }
  if (json.is_object()) {
    auto map = std::make_shared<text_template::Map>();
    map->type = "map[string]interface {}";
    // In the order of their keys, as nlohmann::json keeps them.
    for (const auto& [key, value] : json.items()) map->entries.emplace_back(key, valueOf(value));
    return map;
  }
  return text_template::Missing{};
}

}  // namespace

std::string templatedReport(const Report& report, const std::string& name,
                            const std::string& text) {
  constexpr std::size_t kMostBytes = std::size_t{64} << 20;
  text_template::Templates templates;
  try {
    templates.add(name, text);
  } catch (const text_template::SyntaxError& error) {
    const auto until =
        text.begin() + static_cast<std::ptrdiff_t>(std::min(error.position(), text.size()));
    throw std::runtime_error(name + ":" +
                             std::to_string(1 + std::count(text.begin(), until, '\n')) + ": " +
                             error.what());
  }
  text_template::ExecutionLimits limits{.outputBytes = kMostBytes};
  if (name.ends_with(".html")) limits.escape = escapeHtml;
  std::string out;
  templates.execute(name, valueOf(nlohmann::json::parse(jsonReport(report))), out, nullptr, limits);
  return out;
}

}  // namespace orchestrator_exporter::http
