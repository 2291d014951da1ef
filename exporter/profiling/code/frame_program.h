#pragma once

#include <cstdint>
#include <string_view>

#include "exporter/profiling/code/call_frames.h"

namespace orchestrator_exporter::profiling {

// What the instructions of call frame information are read with (DWARF 5, section 6.4.2).
struct FrameProgram {
  std::uint64_t codeFactor = 1;
  std::int64_t dataFactor = 1;
  std::uint64_t begin = 0;   // of the function
  std::uint64_t wanted = 0;  // the address whose rules are asked for
  std::uint8_t encoding = 0;
};

// Runs the instructions up to the wanted address over `rules`; `initial` has those that the common
// entry left, for instructions that restore one. False if an instruction is unknown or broken.
bool runFrameProgram(std::string_view instructions, const FrameProgram& program,
                     const FrameRules& initial, FrameRules& rules);

}  // namespace orchestrator_exporter::profiling
