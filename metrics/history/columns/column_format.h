#pragma once

#include <cstdint>

// How the values of one series that follow each other are written.
//
// A column is a row of tokens in one of two forms, and begins with a change of form.
//
// Integers: the values at one decimal scale, as their distance from what the Predictor expects.
// A token is a varint: 0 kEscape, 1 as expected, else the zigzagged distance plus 1.
//
// Raw: the bits of a value, those that differ from the value before. A token is a byte: 0 kEscape,
// 1 the same again, else 2 + 8 * (bytes that are 0 at the upper end of the difference) + (bytes
// that are written - 1), and these bytes, the lowest first; below them all are 0.
//
// An escape is followed by a varint:
//   0 to 15           integers of this scale from here on; the first as a zigzagged varint follows
//   kEscapeRaw        raw from here on; the first follows as such a token
//   kEscapeSkip       a varint follows: so many positions have no value
//   from kEscapeRun   that number less 16: so many values are as expected, or the same again

namespace orchestrator_exporter::history::column_format {

inline constexpr std::uint8_t kEscape = 0;
inline constexpr std::uint8_t kExpected = 1;
inline constexpr std::uint8_t kFirstDifference = 2;

inline constexpr std::uint64_t kEscapeRaw = 16;
inline constexpr std::uint64_t kEscapeSkip = 17;
inline constexpr std::uint64_t kEscapeRun = 18;
inline constexpr std::uint64_t kRunBase = 16;

}  // namespace orchestrator_exporter::history::column_format
