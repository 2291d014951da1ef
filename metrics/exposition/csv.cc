#include "metrics/exposition/csv.h"

namespace orchestrator_exporter {

void appendCsvField(std::string& out, std::string_view text, bool isNumber) {
  std::string field;
  if (!isNumber && !text.empty() && std::string_view("=+-@").find(text[0]) != text.npos) {
    field = "'";
  }
  field += text;
  if (field.find_first_of("\",\r\n") == std::string::npos) {
    out += field;
    return;
  }
  out += '"';
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

std::vector<std::string> splitCsv(std::string_view line) {
  std::vector<std::string> fields(1);
  bool isQuoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && isQuoted && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += line[++i];
    } else if (c == '"') {
      isQuoted = !isQuoted;
    } else if (c == ',' && !isQuoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

}  // namespace orchestrator_exporter
