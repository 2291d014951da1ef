#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace orchestrator_exporter {

// Something is there and makes no sense. what() reads "place:line: expected …, got …"; the line is
// left out where it is 0. Findings that come from a file or the network are shortened and shown in
// printable ASCII, so that the message can be logged as it is.
class ParseError : public std::runtime_error {
 public:
  ParseError(std::string_view place, std::size_t line, std::string_view message)
      : std::runtime_error(compose(place, line, message)) {}

  explicit ParseError(std::string_view message) : std::runtime_error(std::string(message)) {}

  // "expected a number, got 'abc'" for ParseError("proc/loadavg", 1, "a number", "abc").
  ParseError(std::string_view place, std::size_t line, std::string_view expected,
             std::string_view found)
      : ParseError(place, line,
                   "expected " + std::string(expected) + ", got '" + printable(found) + "'") {}

  // At most 64 bytes of text, with everything but printable ASCII shown as \xNN.
  static std::string printable(std::string_view text);

 private:
  static std::string compose(std::string_view place, std::size_t line, std::string_view message);
};

}  // namespace orchestrator_exporter
