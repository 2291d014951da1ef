#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace orchestrator_exporter::profiling {

// Eight bytes of a process' memory at an address; nullopt if they are not known.
using ReadMemory = std::function<std::optional<std::uint64_t>(std::uint64_t)>;
// What is in a register, by DWARF's number; nullopt if it is not known.
using ReadRegister = std::function<std::optional<std::uint64_t>(std::uint64_t)>;

// What a DWARF expression (DWARF 5, section 2.5) comes to, with `first` on its stack before it
// begins, if there is a first. nullopt if it needs what is not known, or uses operations that call
// frame information does not use.
std::optional<std::uint64_t> evaluate(std::string_view expression, const ReadRegister& reg,
                                      const ReadMemory& memory,
                                      std::optional<std::uint64_t> first = std::nullopt);

}  // namespace orchestrator_exporter::profiling
