#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/profiling/code/elf_file.h"

namespace orchestrator_exporter::profiling {

// DWARF's numbers of the registers of x86-64 (System V psABI, figure 3.36) and of AArch64
// (AADWARF64) go up to these.
inline constexpr std::size_t kRegisters = 34;

// Where a function keeps what its caller had in a register.
struct RegisterRule {
  enum class Kind : std::uint8_t {
    kSame,
    kUndefined,
    kOffset,       // in memory at the frame's address plus `number`
    kValueOffset,  // the frame's address plus `number`
    kRegister,     // in the register `number`
    kExpression,   // in memory at what the expression gives
    kValueExpression,
  };
  Kind kind = Kind::kSame;
  std::int64_t number = 0;
  std::string_view expression = {};
};

// How to get from one place in the code to its caller.
struct FrameRules {
  std::uint64_t frameRegister = 0;  // the frame's address is this register plus frameOffset,
  std::int64_t frameOffset = 0;
  std::string_view frameExpression = {};  // or what this gives, if it is not empty
  std::array<RegisterRule, kRegisters> registers{};
  std::uint64_t returnRegister = 0;
  bool isSignalFrame = false;  // its caller was interrupted, and called nothing
};

// The call frame information of a binary: .eh_frame (DWARF 5, section 6.4, with the changes of the
// Linux Standard Base) or .debug_frame of its debug file.
class CallFrames {
 public:
  enum class Table : std::uint8_t { kEhFrame, kDebugFrame };

  CallFrames(const ElfFile& file, Table table);
  CallFrames(const CallFrames&) = delete;
  CallFrames& operator=(const CallFrames&) = delete;

  bool empty() const { return functions_.empty(); }
  // The rules at an address in the binary's own numbers; nullopt if there are none or they make no
  // sense. Valid as long as this object.
  std::optional<FrameRules> at(std::uint64_t address) const;
  // Where the function that holds the address begins; nullopt if none is known.
  std::optional<std::uint64_t> beginOf(std::uint64_t address) const;

 private:
  struct Common {  // a common information entry
    std::size_t id = 0;
    std::uint64_t codeFactor = 1;
    std::int64_t dataFactor = 1;
    std::uint64_t returnRegister = 0;
    std::uint8_t encoding = 0;
    bool hasAugmentation = false;
    bool isSignalFrame = false;
    std::string_view program = {};
  };
  struct Function {  // a frame description entry
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint32_t common = 0;
    std::string_view program = {};
  };

  void read();
  const Function* find(std::uint64_t address) const;
  std::optional<std::uint32_t> common(std::size_t offset);

  bool isEhFrame_;
  std::string bytes_ = {};
  std::uint64_t address_ = 0;  // of bytes_
  std::vector<Common> commons_;
  std::vector<Function> functions_;  // by begin
};

}  // namespace orchestrator_exporter::profiling
