#include "exporter/host/generated_name.h"

#include <algorithm>

namespace orchestrator_exporter {

namespace {

bool isLegal(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

}  // namespace

void appendGeneratedName(std::string& name, std::string_view text) {
  while (!text.empty()) {
    const auto legalEnd = std::find_if_not(text.begin(), text.end(), isLegal);
    name.append(text.begin(), legalEnd);
    text.remove_prefix(static_cast<std::size_t>(legalEnd - text.begin()));
    const auto gapEnd = std::find_if(text.begin(), text.end(), isLegal);
    const std::string_view gap(text.begin(), gapEnd);
    // Underscores alone are legal as they are.
    const bool plain = gap.find_first_not_of('_') == std::string_view::npos;
    name.append(plain ? gap : std::string_view("_"));
    text.remove_prefix(gap.size());
  }
}

}  // namespace orchestrator_exporter
