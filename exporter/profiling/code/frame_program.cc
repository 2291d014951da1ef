#include "exporter/profiling/code/frame_program.h"

#include <vector>

#include "exporter/profiling/code/byte_reader.h"

namespace orchestrator_exporter::profiling {

namespace {

using RuleKind = RegisterRule::Kind;

// DW_CFA_…: the upper two bits are the instruction, or else all of it.
enum FrameInstruction : std::uint8_t {
  kNop = 0x00,
  kSetLocation = 0x01,
  kAdvance1 = 0x02,
  kAdvance2 = 0x03,
  kAdvance4 = 0x04,
  kOffsetExtended = 0x05,
  kRestoreExtended = 0x06,
  kUndefined = 0x07,
  kSameValue = 0x08,
  kRegister = 0x09,
  kRememberState = 0x0A,
  kRestoreState = 0x0B,
  kDefineFrame = 0x0C,
  kDefineFrameRegister = 0x0D,
  kDefineFrameOffset = 0x0E,
  kDefineFrameExpression = 0x0F,
  kExpression = 0x10,
  kOffsetExtendedSigned = 0x11,
  kDefineFrameSigned = 0x12,
  kDefineFrameOffsetSigned = 0x13,
  kValueOffset = 0x14,
  kValueOffsetSigned = 0x15,
  kValueExpression = 0x16,
  kNegateReturnAddressState = 0x2D,  // AArch64: return addresses are signed
  kArgumentsSize = 0x2E,
};

constexpr std::size_t kDeepestMemory = 64;

class Runner {
 public:
  Runner(std::string_view instructions, const FrameProgram& program, const FrameRules& initial,
         FrameRules& rules)
      : in_(instructions), program_(program), initial_(initial), rules_(rules) {
    location_ = program.begin;
  }

  bool run() {
    while (!in_.atEnd() && in_.isGood() && location_ <= program_.wanted) {
      const auto code = in_.number<std::uint8_t>();
      const std::uint8_t low = code & 0x3FU;
      switch (code >> 6U) {
        case 1:
          location_ += low * program_.codeFactor;
          break;
        case 2:
          set(low, RuleKind::kOffset, factored());
          break;
        case 3:
          restore(low);
          break;
        default:
          if (!runExtended(code)) return false;
      }
    }
    return in_.isGood();
  }

 private:
  std::int64_t factored() {
    return static_cast<std::int64_t>(in_.unsignedLeb()) * program_.dataFactor;
  }
  std::int64_t factoredSigned() { return in_.signedLeb() * program_.dataFactor; }

  void set(std::uint64_t number, RuleKind kind, std::int64_t value,
           std::string_view expression = {}) {
    // Floating point registers are not followed.
    if (number < kRegisters) rules_.registers[number] = {kind, value, expression};
  }
  void restore(std::uint64_t number) {
    if (number < kRegisters) rules_.registers[number] = initial_.registers[number];
  }

  bool runExtended(std::uint8_t code) {
    if (code <= kAdvance4) return runAdvance(code);
    if (code >= kRememberState && code <= kDefineFrameExpression) return runFrame(code);
    switch (code) {
      case kDefineFrameSigned:
      case kDefineFrameOffsetSigned:
        return runFrame(code);
      case kNegateReturnAddressState:
        return true;
      case kArgumentsSize:
        in_.unsignedLeb();
        return true;
      default:
        return runRegister(code);
    }
  }

  bool runAdvance(std::uint8_t code) {
    switch (code) {
      case kNop:
        return true;
      case kSetLocation:
        location_ = in_.number<std::uint64_t>();
        // Relative addresses do not occur here, since their functions are small.
        return program_.encoding == 0;
      case kAdvance1:
        location_ += in_.number<std::uint8_t>() * program_.codeFactor;
        return true;
      case kAdvance2:
        location_ += in_.number<std::uint16_t>() * program_.codeFactor;
        return true;
      default:
        location_ += in_.number<std::uint32_t>() * program_.codeFactor;
        return true;
    }
  }

  bool runRegister(std::uint8_t code) {
    const std::uint64_t number = in_.unsignedLeb();
    switch (code) {
      case kOffsetExtended:
        set(number, RuleKind::kOffset, factored());
        return true;
      case kOffsetExtendedSigned:
        set(number, RuleKind::kOffset, factoredSigned());
        return true;
      case kRestoreExtended:
        restore(number);
        return true;
      case kUndefined:
        set(number, RuleKind::kUndefined, 0);
        return true;
      case kSameValue:
        set(number, RuleKind::kSame, 0);
        return true;
      case kRegister:
        set(number, RuleKind::kRegister, static_cast<std::int64_t>(in_.unsignedLeb()));
        return true;
      case kExpression:
        set(number, RuleKind::kExpression, 0, in_.block(in_.unsignedLeb()));
        return true;
      case kValueExpression:
        set(number, RuleKind::kValueExpression, 0, in_.block(in_.unsignedLeb()));
        return true;
      case kValueOffset:
        set(number, RuleKind::kValueOffset, factored());
        return true;
      case kValueOffsetSigned:
        set(number, RuleKind::kValueOffset, factoredSigned());
        return true;
      default:
        return false;
    }
  }

  bool runFrame(std::uint8_t code) {
    switch (code) {
      case kRememberState:
        remembered_.push_back(rules_);
        return remembered_.size() <= kDeepestMemory;
      case kRestoreState:
        if (remembered_.empty()) return false;
        rules_ = remembered_.back();
        remembered_.pop_back();
        return true;
      case kDefineFrameExpression:
        rules_.frameExpression = in_.block(in_.unsignedLeb());
        return true;
      case kDefineFrameOffset:
        rules_.frameOffset = static_cast<std::int64_t>(in_.unsignedLeb());
        return true;
      case kDefineFrameOffsetSigned:
        rules_.frameOffset = factoredSigned();
        return true;
      default:
        break;
    }
    rules_.frameRegister = in_.unsignedLeb();
    rules_.frameExpression = {};
    if (code == kDefineFrame) rules_.frameOffset = static_cast<std::int64_t>(in_.unsignedLeb());
    if (code == kDefineFrameSigned) rules_.frameOffset = factoredSigned();
    return true;
  }

  ByteReader in_;
  const FrameProgram& program_;
  const FrameRules& initial_;
  FrameRules& rules_;
  std::uint64_t location_ = 0;
  std::vector<FrameRules> remembered_;
};

}  // namespace

bool runFrameProgram(std::string_view instructions, const FrameProgram& program,
                     const FrameRules& initial, FrameRules& rules) {
  return Runner(instructions, program, initial, rules).run();
}

}  // namespace orchestrator_exporter::profiling
