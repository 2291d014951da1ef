#include "exporter/kernel/machine/environment_file.h"

#include <cstdint>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool isKeyCharacter(char c) {
  return isLetter(c) || (c >= '0' && c <= '9') || c == '/' || c == '.';
}

// Reads one value from left to right.
class ValueReader {
 public:
  ValueReader(const Row& row, std::string_view text) : row_(row), rest_(text) {}

  std::string read() {
    while (!rest_.empty() && rest_.front() != '#') {
      const char c = take();
      if (c == '\'') {
        readSingleQuoted();
      } else if (c == '"') {
        readDoubleQuoted();
      } else {
        value_ += c;
        if (c == ' ') continue;
      }
      kept_ = value_.size();
    }
    // Spaces before a comment are not part of the value, but for quoted ones.
    value_.resize(kept_);
    return std::move(value_);
  }

 private:
  ParseError error(std::string_view expected) const { return row_.error(expected, row_.text()); }

  char take() {
    const char c = rest_.front();
    if (static_cast<unsigned char>(c) < ' ') throw error("a value without control characters");
    rest_.remove_prefix(1);
    return c;
  }

  void readSingleQuoted() {
    while (!rest_.empty()) {
      const char c = take();
      if (c == '\'') return;
      value_ += c;
    }
    throw error("a closing '");
  }

  void readDoubleQuoted() {
    while (!rest_.empty()) {
      const char c = take();
      if (c == '"') return;
      if (c == '\\') {
        readEscape();
      } else {
        value_ += c;
      }
    }
    throw error("a closing \"");
  }

  // What stands behind a backslash in a shell's double quotes stays as it is, but for these.
  void readEscape() {
    constexpr std::string_view kEscapes = "\"\\/$`bfnrt";
    constexpr std::string_view kMeanings = "\"\\/$`\b\f\n\r\t";
    if (rest_.empty()) throw error("an escape sequence");
    const char c = take();
    if (c == 'u') {
      readUnicode();
      return;
    }
    const std::size_t escape = kEscapes.find(c);
    if (escape == std::string_view::npos) {
      value_.append({'\\', c});
    } else {
      value_ += kMeanings[escape];
    }
  }

  // Outside the first plane a character takes two escapes, a surrogate pair.
  void readUnicode() {
    std::uint32_t code = readHexadecimal();
    if (code >= 0xD800 && code < 0xDC00) {
      if (!rest_.starts_with("\\u")) throw error("a surrogate pair");
      rest_.remove_prefix(2);
      const std::uint32_t low = readHexadecimal();
      if (low < 0xDC00 || low > 0xDFFF) throw error("a surrogate pair");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code < 0xE000) {
      throw error("a surrogate pair");
    }
    appendUtf8(value_, code);
  }

  std::uint32_t readHexadecimal() {
    const auto code = parseUnsigned(rest_.substr(0, 4), 16);
    if (rest_.size() < 4 || !code) throw error("four hexadecimal digits");
    rest_.remove_prefix(4);
    return static_cast<std::uint32_t>(*code);
  }

  const Row& row_;
  std::string_view rest_;
  std::string value_;
  std::size_t kept_ = 0;  // of the value, up to its last character that counts
};

std::string_view keyOf(const Row& row, std::string_view text) {
  constexpr std::string_view kExport = "export ";
  std::string_view key = trim(text);
  if (key.starts_with(kExport)) key = trim(key.substr(kExport.size()));
  if (key.empty() || !isLetter(key.front())) throw row.error("a key", row.text());
  for (const char c : key) {
    if (!isKeyCharacter(c)) throw row.error("a key of letters and digits", key);
  }
  return key;
}

std::pair<std::string, std::string> entryOf(const Row& row, std::string_view line) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) throw row.error("KEY=value", line);
  const std::string_view key = keyOf(row, line.substr(0, equals));
  return {std::string(key), ValueReader(row, trim(line.substr(equals + 1))).read()};
}

}  // namespace

Environment parseEnvironment(const KernelFile& file) {
  Environment environment;
  for (const Row& row : file.rows()) {
    const std::string_view line = trim(row.text());
    if (line.empty() || line.starts_with('#')) continue;
    try {
      environment.entries.push_back(entryOf(row, line));
    } catch (const ParseError& refusal) {
      environment.refusals.push_back(refusal);
    }
  }
  return environment;
}

}  // namespace orchestrator_exporter
