#include "http/security/strict_yaml.h"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

#include "http/server/watched_file.h"
#include "metrics/base/errors.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http {
namespace {

constexpr std::array<std::string_view, 11> kTrue = {"true", "True", "TRUE", "yes", "Yes", "YES",
                                                    "on",   "On",   "ON",   "y",   "Y"};
constexpr std::array<std::string_view, 11> kFalse = {"false", "False", "FALSE", "no", "No", "NO",
                                                     "off",   "Off",   "OFF",   "n",  "N"};

// The library's lines begin with 0; it has none where it does not know.
std::size_t lineOf(const YAML::Mark& mark) {
  return mark.line < 0 ? 0 : static_cast<std::size_t>(mark.line) + 1;
}

std::string contentOf(const std::string& path) {
  try {
    return readConfiguration(path);
  } catch (const std::runtime_error& error) {
    throw ParseError(path, 0, std::string("cannot be read: ") + error.what());
  }
}

}  // namespace

YamlValue YamlValue::ofFile(const std::string& path) {
  const std::string content = contentOf(path);
  checkUtf8(path, content);
  try {
    return {path, "", 1, YAML::Load(content)};
  } catch (const YAML::Exception& error) {
    throw ParseError(path, lineOf(error.mark), error.msg);
  }
}

std::vector<YamlValue> YamlValue::entries() const {
  std::vector<YamlValue> entries;
  if (isNull()) return entries;
  if (!node_.IsMap()) mustBe("keys and values");
  std::set<std::string> seen;
  for (const auto& pair : node_) {
    const std::size_t line = lineOf(pair.first.Mark());
    if (!pair.first.IsScalar()) throw ParseError(path_, line, "expected a text as key");
    YamlValue entry(path_, pair.first.Scalar(), line, pair.second);
    if (!seen.insert(entry.key_).second) entry.refuse("duplicate key");
    entries.push_back(std::move(entry));
  }
  return entries;
}

void YamlValue::readEntries(const std::vector<std::pair<std::string_view, Reader>>& readers) const {
  for (const YamlValue& entry : entries()) {
    const auto known = std::find_if(readers.begin(), readers.end(), [&](const auto& reader) {
      return reader.first == entry.key();
    });
    if (known != readers.end()) {
      known->second(entry);
      continue;
    }
    std::vector<std::string_view> keys;
    for (const auto& [key, reader] : readers) keys.push_back(key);
    throw ParseError(
        path_, entry.line_,
        "unknown key '" + ParseError::printable(entry.key()) + "', expected " + listed(keys));
  }
}

std::vector<YamlValue> YamlValue::elements() const {
  std::vector<YamlValue> elements;
  if (isNull()) return elements;
  if (!node_.IsSequence()) mustBe("a list, as in [a, b]");
  for (const YAML::Node& element : node_) {
    elements.push_back({path_, key_, lineOf(element.Mark()), element});
  }
  return elements;
}

std::string YamlValue::text() const {
  if (isNull()) return {};
  if (!node_.IsScalar()) mustBe("a text");
  return node_.Scalar();
}

bool YamlValue::boolean(bool otherwise) const {
  if (isNull()) return otherwise;
  const auto value = isPlain() ? yamlBoolean(node_.Scalar()) : std::nullopt;
  if (!value) expected("true or false");
  return *value;
}

std::string YamlValue::place() const {
  std::string place = path_ + ":" + std::to_string(line_);
  if (!key_.empty()) place += ": " + ParseError::printable(key_);
  return place;
}

void YamlValue::refuse(std::string_view reason) const { throw ParseError(place(), 0, reason); }

void YamlValue::expected(std::string_view what) const {
  refuse("expected " + std::string(what) + ", got '" + ParseError::printable(text()) + "'");
}

// Tells no text, which may be a secret in the wrong place.
void YamlValue::mustBe(std::string_view kind) const {
  const char* const found = node_.IsMap() ? "a map" : node_.IsSequence() ? "a list" : "a text";
  refuse("expected " + std::string(kind) + ", got " + found);
}

std::optional<bool> yamlBoolean(std::string_view word) {
  if (std::find(kTrue.begin(), kTrue.end(), word) != kTrue.end()) return true;
  if (std::find(kFalse.begin(), kFalse.end(), word) != kFalse.end()) return false;
  return std::nullopt;
}

void checkUtf8(const std::string& path, std::string_view text) {
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    if (!isUtf8(text.substr(0, end + 1))) throw ParseError(path, line, "not valid UTF-8");
    text.remove_prefix(end + 1);
  }
}

std::string listed(const std::vector<std::string_view>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace orchestrator_exporter::http
