#include "metrics/history/store/blobs/label_json.h"

#include <charconv>
#include <cstdint>
#include <stdexcept>

namespace orchestrator_exporter::history {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

void appendString(std::string& json, std::string_view text) {
  json += '"';
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (c == '"' || c == '\\') {
      json.append({'\\', c});
    } else if (byte < 0x20) {
      json.append("\\u00").append({kHexDigits[byte >> 4], kHexDigits[byte & 15]});
    } else {
      json += c;
    }
  }
  json += '"';
}

class Reader {
 public:
  explicit Reader(std::string_view json) : rest_(json) {}

  bool skip(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!skip(c)) throw std::runtime_error("labels of a series that are no JSON object of texts");
  }
  bool atEnd() const { return rest_.empty(); }

  // Appends the text of the string; returns how long it is.
  std::size_t string(std::string& out) {
    const std::size_t begin = out.size();
    expect('"');
    while (!skip('"')) {
      if (skip('\\')) {
        out += escaped();
      } else {
        out += next();
      }
    }
    return out.size() - begin;
  }

 private:
  char next() {
    if (rest_.empty()) expect('"');
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  char escaped() {
    if (!skip('u')) return next();
    unsigned code = 0;
    constexpr std::size_t kDigits = 4;
    const std::string_view digits = rest_.substr(0, kDigits);
    const auto end = digits.data() + digits.size();
    const auto [read, error] = std::from_chars(digits.data(), end, code, 16);
    if (error != std::errc() || read != end || digits.size() != kDigits || code >= 0x20)
      expect('u');
    rest_.remove_prefix(kDigits);
    return static_cast<char>(code);
  }

  std::string_view rest_;
};

}  // namespace

std::string toJson(std::span<const Label> labels) {
  std::string json = "{";
  for (const Label& label : labels) {
    if (json.size() > 1) json += ',';
    appendString(json, label.name);
    json += ':';
    appendString(json, label.value);
  }
  return json + '}';
}

JsonLabels::JsonLabels(std::string_view json) {
  text_.reserve(json.size());  // so that what is read does not move
  Reader reader(json);
  reader.expect('{');
  for (bool isFirst = true; !reader.skip('}'); isFirst = false) {
    if (!isFirst) reader.expect(',');
    const char* const at = text_.data() + text_.size();
    const std::size_t nameBytes = reader.string(text_);
    reader.expect(':');
    const std::size_t valueBytes = reader.string(text_);
    labels_.push_back({{at, nameBytes}, {at + nameBytes, valueBytes}});
  }
  if (!reader.atEnd()) reader.expect('}');
}

}  // namespace orchestrator_exporter::history
