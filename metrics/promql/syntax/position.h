#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace orchestrator_exporter::promql {

// A part of a query's text, as offsets of its first byte and behind its last.
struct PositionRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// `line:column` of a byte of the query, both from 1, columns in bytes.
std::string lineAndColumn(std::string_view query, std::size_t offset);

// A query that is none. what() begins with the place, as Prometheus words it.
class ParseError : public std::runtime_error {
 public:
  ParseError(std::string_view query, std::size_t offset, std::string_view reason);
  // With a text that says the place itself.
  explicit ParseError(const std::string& text) : std::runtime_error(text) {}
};

}  // namespace orchestrator_exporter::promql
