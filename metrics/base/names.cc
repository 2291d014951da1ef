#include "metrics/base/names.h"

#include <array>

namespace orchestrator_exporter {

namespace {

constexpr std::array<bool, 256> kInNames = [] {
  std::array<bool, 256> table{};
  for (unsigned c = 0; c < table.size(); ++c) {
    table[c] =
        c < 0x80 && (isNameLetter(static_cast<char>(c)) || isNameDigit(static_cast<char>(c)));
  }
  return table;
}();

bool isLegal(std::string_view name, bool colon) {
  if (name.empty() || isNameDigit(name[0])) return false;
  for (const char c : name) {
    if (!kInNames[static_cast<unsigned char>(c)] && !(colon && c == ':')) return false;
  }
  return true;
}

}  // namespace

bool isLegalMetricName(std::string_view name) { return isLegal(name, true); }
bool isLegalLabelName(std::string_view name) { return isLegal(name, false); }

}  // namespace orchestrator_exporter
