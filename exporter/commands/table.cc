#include "exporter/commands/table.h"

#include <algorithm>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter::commands {

namespace {

// Columns as a terminal shows them: what is no printable text could move its cursor.
std::string visible(const std::string& text) {
  std::string out = toUtf8(text);
  std::ranges::replace_if(
      out, [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
  return out;
}

std::size_t widthOf(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

std::string tableText(std::vector<Row> rows) {
  if (rows.empty()) return {};
  std::vector<std::size_t> widths(rows[0].size());
  for (Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = visible(row[i]);
      widths[i] = std::max(widths[i], widthOf(row[i]));
    }
  }
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 < row.size()) text += std::string(widths[i] + 2 - widthOf(row[i]), ' ');
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  return text;
}

}  // namespace orchestrator_exporter::commands
