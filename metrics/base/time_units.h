#pragma once

#include <chrono>
#include <concepts>

namespace orchestrator_exporter {

// Times as the recording calls take them: any duration, or a bare number of milliseconds.
template <typename Representation, typename Period>
constexpr double toMilliseconds(std::chrono::duration<Representation, Period> duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}
template <typename Number>
requires std::integral<Number> || std::floating_point<Number>
constexpr double toMilliseconds(Number number) { return static_cast<double>(number); }

template <typename Time>
constexpr double toSeconds(Time time) {
  return toMilliseconds(time) / 1e3;
}

}  // namespace orchestrator_exporter
