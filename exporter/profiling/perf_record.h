#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "exporter/profiling/code/call_frames.h"
#include "exporter/profiling/code/process_maps.h"

// What perf_event_open(2) writes into its ring, section "MMAP layout", for events with the sample
// type of perf_rings.h.

namespace orchestrator_exporter::profiling {

// The registers of a thread and the top of its stack.
struct UserState {
  std::array<std::optional<std::uint64_t>, kRegisters> registers{};  // by DWARF's numbers
  std::uint64_t programCounter = 0;
  std::uint64_t stackPointer = 0;
  std::string_view stack = {};  // the bytes at stackPointer
};

struct SampleRecord {
  std::uint32_t process = 0;
  std::uint32_t thread = 0;
  std::vector<std::uint64_t> kernel = {};  // addresses, the innermost first
  std::vector<std::uint64_t> user = {};
  std::optional<UserState> state = {};  // if registers and the stack were asked for
};
struct MappedRecord {
  std::uint32_t process = 0;
  CodeMapping mapping = {};
};
struct NamedRecord {
  std::uint32_t process = 0;
  std::uint32_t thread = 0;
  std::string name = {};
  bool isExec = false;  // the process has a new program
};
struct ForkedRecord {
  std::uint32_t process = 0;
  std::uint32_t parent = 0;
  std::uint32_t thread = 0;
  std::uint32_t parentThread = 0;
};
struct LostRecord {
  std::uint64_t count = 0;
};
using PerfRecord =
    std::variant<std::monostate, SampleRecord, MappedRecord, NamedRecord, ForkedRecord, LostRecord>;

// A record with its header; monostate for those of other kinds and for broken ones. The stack of a
// sample points into the bytes.
PerfRecord decodePerfRecord(std::string_view bytes, bool hasUserState);
// When it was written, on CLOCK_MONOTONIC in nanoseconds.
std::uint64_t timeOfPerfRecord(std::string_view bytes);

// The registers that the kernel is to write, as perf_event_attr.sample_regs_user wants them; 0 if
// this machine's are not known here.
std::uint64_t perfRegisterMask();

}  // namespace orchestrator_exporter::profiling
