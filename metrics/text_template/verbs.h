#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What the verbs of Go's package fmt (https://pkg.go.dev/fmt) make of numbers and texts.
namespace orchestrator_exporter::text_template {

// One verb with what stands between the percent sign and its letter.
struct Verb {
  bool left = false;
  bool zeros = false;
  bool sign = false;
  bool blank = false;
  bool sharp = false;
  std::optional<std::size_t> width = {};  // in characters
  std::optional<std::size_t> precision = {};
  std::string_view word = {};  // its letter, of one character; empty if the format ends before it

  char letter() const { return word.size() == 1 ? word[0] : '\0'; }
  bool isOneOf(std::string_view letters) const {
    return word.size() == 1 && letters.find(word[0]) != std::string_view::npos;
  }
};

// The value as the verb wants it, as wide as it is to be; nullopt if the verb does not fit it.
std::optional<std::string> spelled(const Verb& verb, std::int64_t number);
std::optional<std::string> spelled(const Verb& verb, double number);
std::optional<std::string> spelled(const Verb& verb, bool value);
std::optional<std::string> spelled(const Verb& verb, std::string_view text);

// Blanks, or zeros if the verb wants them, before or behind the text.
std::string padded(const Verb& verb, std::string text);

}  // namespace orchestrator_exporter::text_template
