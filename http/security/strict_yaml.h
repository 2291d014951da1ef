#pragma once

#include <yaml-cpp/yaml.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orchestrator_exporter::http {

// A value in a YAML file and the key that leads to it. Reading it as something that it is not
// throws ParseError "FILE:LINE: KEY: …". Null is as if nothing were given.
class YamlValue {
 public:
  using Reader = std::function<void(const YamlValue&)>;

  // The first document of a file. Throws ParseError for what cannot be read, is no YAML or no
  // UTF-8.
  static YamlValue ofFile(const std::string& path);

  // The entries of a map, each with the key of its own; no two have the same.
  std::vector<YamlValue> entries() const;
  // Calls the reader of each entry. Any key that has none is refused.
  void readEntries(const std::vector<std::pair<std::string_view, Reader>>& readers) const;
  // The elements of a list, each with the key of the list.
  std::vector<YamlValue> elements() const;
  // What is not a list or a map, as it is written.
  std::string text() const;
  // A bare true or false, in any of the spellings of YAML 1.1.
  bool boolean(bool otherwise) const;

  const std::string& key() const { return key_; }
  bool isNull() const { return node_.IsNull(); }
  // Without quotes around it, as numbers are written.
  bool isPlain() const { return node_.IsScalar() && node_.Tag() == "?"; }

  // "web.yml:3: cert_file"
  std::string place() const;
  [[noreturn]] void refuse(std::string_view reason) const;
  // "expected a duration, got 'x'"; not for secrets.
  [[noreturn]] void expected(std::string_view what) const;

 private:
  [[noreturn]] void mustBe(std::string_view kind) const;

  YamlValue(std::string path, std::string key, std::size_t line, YAML::Node node)
      : path_(std::move(path)), key_(std::move(key)), line_(line), node_(std::move(node)) {}

  std::string path_;
  std::string key_;  // empty for the document
  std::size_t line_;
  YAML::Node node_;
};

// A bare true or false, in any of the spellings of YAML 1.1; nullopt for any other word.
std::optional<bool> yamlBoolean(std::string_view word);

// Throws ParseError "PATH:LINE: not valid UTF-8" if the text is not; the library would put other
// characters in the place of what is wrong.
void checkUtf8(const std::string& path, std::string_view text);

// "a, b or c"
std::string listed(const std::vector<std::string_view>& words);

}  // namespace orchestrator_exporter::http
