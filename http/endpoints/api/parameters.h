#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/server/message.h"

namespace orchestrator_exporter::http {

// The parameters of a request to Prometheus' HTTP API: of the form in its body first, then of its
// query. Whatever is wrong with one is an ApiError of kBadData with Prometheus' text.
class ApiParameters {
 public:
  explicit ApiParameters(const Request& request);

  // The first value; empty if there is none.
  std::string_view text(std::string_view name) const;
  bool has(std::string_view name) const { return !text(name).empty(); }
  std::vector<std::string> all(std::string_view name) const;

  // A point in time, in milliseconds since 1970 UTC: seconds, or RFC 3339. nullopt if the parameter
  // is not there and need not be.
  std::int64_t time(std::string_view name) const;
  std::optional<std::int64_t> optionalTime(std::string_view name) const;
  // In milliseconds: seconds, or a duration of Prometheus such as 1m30s. If it is none, `before`
  // goes before the reason in the place of the usual words.
  std::int64_t duration(std::string_view name, const std::string& before = "") const;
  // 0, or 0 given, means none.
  std::size_t limit() const;
  // A whole number, as metadata and status/tsdb take their limits; nullopt if it is not given. If
  // it is none, or less than `least`, it "must be " what is expected.
  std::optional<std::int64_t> number(std::string_view name, std::int64_t least,
                                     const std::string& expected) const;

 private:
  Fields all_;
};

// Seconds since 1970, which may have a fraction and a sign, or RFC 3339: in milliseconds. nullopt
// for anything else.
std::optional<std::int64_t> parseApiTime(std::string_view text);

// Seconds, or a duration of Prometheus (units ms, s, m, h, d, w and y, each once, falling): in
// milliseconds. nullopt for anything else.
std::optional<std::int64_t> parseApiDuration(std::string_view text);

}  // namespace orchestrator_exporter::http
