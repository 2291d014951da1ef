#pragma once

#include <array>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>

namespace orchestrator_exporter {

// A time in seconds since 1970 as RFC 3339 has it, in UTC, up to the fraction and the zone, which
// callers put behind it: 2023-11-14T22:13:20. nullopt for a time whose year std::tm has no room
// for.
inline std::optional<std::string> utcText(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  if (::gmtime_r(&time, &parts) == nullptr) return std::nullopt;
  std::array<char, 64> text;
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  return std::string(text.data(), size);
}

}  // namespace orchestrator_exporter
