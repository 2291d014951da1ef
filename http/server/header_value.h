#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orchestrator_exporter::http {

// ASCII letters compare without regard to case, as names in HTTP do.
bool equalIgnoringCase(std::string_view a, std::string_view b);

// The value of the first field of this name, in whatever case; nullopt if there is none.
std::optional<std::string_view> fieldOf(std::span<const std::pair<std::string, std::string>> fields,
                                        std::string_view name);

// Without the spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);

// "text/plain" of a Content-Type field "text/plain; charset=utf-8".
std::string_view mediaType(std::string_view contentType);

// One element of a list with weights, such as Accept (RFC 9110, 12.4.2). The views point into the
// field that was parsed.
struct WeightedValue {
  std::string_view value;
  // Without q, in their order, values without their quotes.
  std::vector<std::pair<std::string_view, std::string_view>> parameters;
  double weight = 1;  // 0 to 1; 0 means "never"

  // The last parameter of this name (names compare without regard to case), or `otherwise`.
  std::string_view parameter(std::string_view name, std::string_view otherwise) const;
};

// The elements of such a list, heaviest first, those of one weight in the order of the list.
// Weights beyond 0 to 1 are clamped; an element whose weight is no number is left out, as is an
// empty one. Takes any text: what is no list gives few elements, never an error.
std::vector<WeightedValue> parseWeightedList(std::string_view field);

// Whether a list without weights, such as Connection, names `token`.
bool listNames(std::string_view field, std::string_view token);

}  // namespace orchestrator_exporter::http
