#include "exporter/profiling/perf_record.h"

#include <linux/perf_event.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "exporter/profiling/code/byte_reader.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::profiling {

namespace {

constexpr std::size_t kHeader = sizeof(perf_event_header);
constexpr std::size_t kTrailer = 16;  // process, thread and time, behind all but samples

#if defined(__x86_64__)
// DWARF's number of each register, in the order of asm/perf_regs.h: ax bx cx dx si di bp sp ip, r8
// …
constexpr std::array<std::uint8_t, 17> kDwarfNumbers = {0, 3, 2,  1,  4,  5,  6,  7, 16,
                                                        8, 9, 10, 11, 12, 13, 14, 15};
constexpr std::uint64_t kRegisterMask = 0xFF01FF;
constexpr std::size_t kStackPointer = 7;
constexpr std::size_t kProgramCounter = 16;
#elif defined(__aarch64__)
constexpr std::array<std::uint8_t, 33> kDwarfNumbers = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                                        11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                                        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32};
constexpr std::uint64_t kRegisterMask = 0x1FFFFFFFF;
constexpr std::size_t kStackPointer = 31;
constexpr std::size_t kProgramCounter = 32;
#else
constexpr std::array<std::uint8_t, 0> kDwarfNumbers = {};
constexpr std::uint64_t kRegisterMask = 0;
constexpr std::size_t kStackPointer = 0;
constexpr std::size_t kProgramCounter = 0;
#endif

std::optional<UserState> readState(ByteReader& in) {
  const auto abi = in.number<std::uint64_t>();
  UserState state;
  if (abi == PERF_SAMPLE_REGS_ABI_NONE) {
    in.skip(in.number<std::uint64_t>());  // no stack either, but for its size
    return std::nullopt;
  }
  for (const std::uint8_t number : kDwarfNumbers) {
    state.registers[number] = in.number<std::uint64_t>();
  }
  const std::string_view stack = in.block(in.number<std::uint64_t>());
  const std::uint64_t used = stack.empty() ? 0 : in.number<std::uint64_t>();
  if (!in.isGood() || abi != PERF_SAMPLE_REGS_ABI_64) return std::nullopt;
  state.stack = stack.substr(0, used);
  state.stackPointer = state.registers[kStackPointer].value_or(0);
  state.programCounter = state.registers[kProgramCounter].value_or(0);
  // Not a register for DWARF, though its number is that of the return address.
  state.registers[kProgramCounter].reset();
  return state;
}

PerfRecord readSample(ByteReader& in, bool hasUserState) {
  SampleRecord sample;
  in.number<std::uint64_t>();  // the address, which is the first of the chain
  sample.process = in.number<std::uint32_t>();
  sample.thread = in.number<std::uint32_t>();
  in.number<std::uint64_t>();  // the time
  const auto count = in.number<std::uint64_t>();
  std::uint64_t context = PERF_CONTEXT_USER;
  for (std::uint64_t i = 0; i < count && in.isGood(); ++i) {
    const auto address = in.number<std::uint64_t>();
    if (address >= PERF_CONTEXT_MAX) {
      context = address;
    } else if (context == PERF_CONTEXT_KERNEL) {
      sample.kernel.push_back(address);
    } else if (context == PERF_CONTEXT_USER) {
      sample.user.push_back(address);
    }
  }
  if (hasUserState) sample.state = readState(in);
  if (!in.isGood()) return {};
  return sample;
}

PerfRecord readMapped(ByteReader& in) {
  MappedRecord mapped;
  mapped.process = in.number<std::uint32_t>();
  in.skip(4);  // the thread
  mapped.mapping.begin = in.number<std::uint64_t>();
  mapped.mapping.end = mapped.mapping.begin + in.number<std::uint64_t>();
  mapped.mapping.fileOffset = in.number<std::uint64_t>();
  const auto major = in.number<std::uint32_t>();
  const auto minor = in.number<std::uint32_t>();
  mapped.mapping.device = std::uint64_t{major} << 32U | minor;
  mapped.mapping.inode = in.number<std::uint64_t>();
  in.skip(8);  // the inode's generation
  in.skip(8);  // protection and flags
  mapped.mapping.path = in.text();
  // The kernel's word for memory without a file.
  if (mapped.mapping.path == "//anon") mapped.mapping.path.clear();
  if (!in.isGood()) return {};
  return mapped;
}

PerfRecord readNamed(ByteReader& in, bool isExec) {
  NamedRecord named;
  named.process = in.number<std::uint32_t>();
  named.thread = in.number<std::uint32_t>();
  named.name = toUtf8(in.text());
  named.isExec = isExec;
  if (!in.isGood()) return {};
  return named;
}

template <typename Number>
Number numberAt(std::string_view bytes, std::size_t at) {
  Number number{};
  if (at <= bytes.size() && bytes.size() - at >= sizeof number) {
    std::memcpy(&number, bytes.data() + at, sizeof number);
  }
  return number;
}

}  // namespace

PerfRecord decodePerfRecord(std::string_view bytes, bool hasUserState) {
  const auto header = numberAt<perf_event_header>(bytes, 0);
  ByteReader in(bytes, std::min(kHeader, bytes.size()));
  switch (header.type) {
    case PERF_RECORD_SAMPLE:
      return readSample(in, hasUserState);
    case PERF_RECORD_MMAP2:
      return readMapped(in);
    case PERF_RECORD_COMM:
      return readNamed(in, (header.misc & PERF_RECORD_MISC_COMM_EXEC) != 0);
    case PERF_RECORD_FORK: {
      const auto process = in.number<std::uint32_t>();
      const auto parent = in.number<std::uint32_t>();
      const auto thread = in.number<std::uint32_t>();
      const auto parentThread = in.number<std::uint32_t>();
      if (!in.isGood()) return {};
      return ForkedRecord{process, parent, thread, parentThread};
    }
    case PERF_RECORD_LOST:
      in.skip(8);  // which event
      return LostRecord{in.number<std::uint64_t>()};
    default:
      return {};
  }
}

std::uint64_t timeOfPerfRecord(std::string_view bytes) {
  // A sample has it behind its address and its thread, all others at their end.
  constexpr std::size_t kInSample = kHeader + 16;
  const bool isSample = numberAt<perf_event_header>(bytes, 0).type == PERF_RECORD_SAMPLE;
  if (bytes.size() < kHeader + kTrailer) return 0;
  return numberAt<std::uint64_t>(bytes, isSample ? kInSample : bytes.size() - 8);
}

std::uint64_t perfRegisterMask() {
  static_assert(static_cast<std::size_t>(std::popcount(kRegisterMask)) == kDwarfNumbers.size());
  return kRegisterMask;
}

}  // namespace orchestrator_exporter::profiling
