#include "metrics/registry/label_schema.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "metrics/base/errors.h"
#include "metrics/base/names.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

void checkName(const std::string& name, std::string_view reserved) {
  const std::string shown = "label name '" + ParseError::printable(name) + "'";
  if (!isLegalLabelName(name)) {
    throw std::invalid_argument(shown + ": expected letters, digits and underscores");
  }
  if (name.starts_with("__")) {
    throw std::invalid_argument(shown + ": names that begin with __ belong to Prometheus");
  }
  if (name == reserved) {
    throw std::invalid_argument(shown + ": the exposition adds this label itself");
  }
}

}  // namespace

LabelSchema::LabelSchema(std::vector<std::string> names, std::string_view reserved)
    : names_(std::move(names)) {
  std::vector<std::size_t> order(names_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [this](std::size_t a, std::size_t b) { return names_[a] < names_[b]; });
  for (const std::size_t i : order) {
    checkName(names_[i], reserved);
    if (!parts_.empty() && names_[parts_.back().value] == names_[i]) {
      throw std::invalid_argument("label name '" + names_[i] + "' is given twice");
    }
    parts_.push_back({(parts_.empty() ? "{" : "\",") + names_[i] + "=\"", i});
  }
}

void LabelSchema::appendText(TextBuffer& out, std::span<const std::string_view> values) const {
  if (values.size() != names_.size()) {
    throw std::invalid_argument("expected " + std::to_string(names_.size()) +
                                " label values, got " + std::to_string(values.size()));
  }
  for (const Part& part : parts_) {
    out.append(part.prefix);
    appendEscaped(out, values[part.value], true);
  }
  if (!parts_.empty()) out.append("\"}");
}

}  // namespace orchestrator_exporter
