#include "exporter/profiling/unwinding.h"

#include <cstring>

#include "exporter/profiling/code/frame_expression.h"

namespace orchestrator_exporter::profiling {

namespace {

#if defined(__aarch64__)
constexpr std::size_t kStackRegister = 31;
constexpr std::size_t kFramePointer = 29;
// Return addresses may be signed in the bits that no address has.
constexpr std::uint64_t kAddressBits = 0x0000FFFFFFFFFFFF;
#else
constexpr std::size_t kStackRegister = 7;
constexpr std::size_t kFramePointer = 6;
constexpr std::uint64_t kAddressBits = ~std::uint64_t{0};
#endif

class Walk {
 public:
  Walk(const UserState& state, const RulesAt& rulesAt)
      : stack_(state.stack),
        stackBegin_(state.stackPointer),
        registers_(state.registers),
        address_(state.programCounter),
        rulesAt_(rulesAt) {}

  std::uint64_t address() const { return address_; }

  // Goes to the caller; false if there is none or none can be found.
  bool step() {
    // What a call went to may begin right behind the function that called and never returns.
    const bool wasInterrupted = isInterrupted_;
    const auto rules = rulesAt_(wasInterrupted ? address_ : address_ - 1);
    const std::uint64_t before = registers_[kStackRegister].value_or(0);
    if (!(rules ? stepBy(*rules) : stepByFramePointer())) return false;
    address_ &= kAddressBits;
    isInterrupted_ = rules && rules->isSignalFrame;
    // A stack that does not get smaller goes round in circles, but that signals may change stacks,
    // and that what was interrupted may have used none.
    const std::uint64_t now = registers_[kStackRegister].value_or(0);
    return address_ != 0 && (isInterrupted_ || now > before || (wasInterrupted && now == before));
  }

 private:
  std::optional<std::uint64_t> memory(std::uint64_t at) const {
    const std::uint64_t offset = at - stackBegin_;
    if (at < stackBegin_ || stack_.size() < sizeof at || offset > stack_.size() - sizeof at) {
      return std::nullopt;
    }
    std::uint64_t value = 0;
    std::memcpy(&value, stack_.data() + offset, sizeof value);
    return value;
  }

  bool stepBy(const FrameRules& rules) {
    const ReadRegister reg = [this](std::uint64_t number) -> std::optional<std::uint64_t> {
      return number < kRegisters ? registers_[number] : std::nullopt;
    };
    const ReadMemory read = [this](std::uint64_t at) { return memory(at); };
    std::optional<std::uint64_t> frame;
    if (!rules.frameExpression.empty()) {
      frame = evaluate(rules.frameExpression, reg, read);
    } else if (const auto base = reg(rules.frameRegister)) {
      frame = *base + static_cast<std::uint64_t>(rules.frameOffset);
    }
    if (!frame || rules.returnRegister >= kRegisters) return false;
    auto callers = registers_;
    for (std::size_t number = 0; number < kRegisters; ++number) {
      callers[number] = valueOf(rules.registers[number], number, *frame, reg, read);
    }
    const auto caller = callers[rules.returnRegister];
    if (!caller) return false;
    if (rules.registers[kStackRegister].kind == RegisterRule::Kind::kSame) {
      callers[kStackRegister] = frame;
    }
    registers_ = callers;
    address_ = *caller;
    return true;
  }

  std::optional<std::uint64_t> valueOf(const RegisterRule& rule, std::size_t number,
                                       std::uint64_t frame, const ReadRegister& reg,
                                       const ReadMemory& read) const {
    using Kind = RegisterRule::Kind;
    const auto offset = static_cast<std::uint64_t>(rule.number);
    switch (rule.kind) {
      case Kind::kSame:
        return registers_[number];
      case Kind::kOffset:
        return memory(frame + offset);
      case Kind::kValueOffset:
        return frame + offset;
      case Kind::kRegister:
        return reg(offset);
      case Kind::kExpression: {
        const auto at = evaluate(rule.expression, reg, read, frame);
        return at ? memory(*at) : std::nullopt;
      }
      case Kind::kValueExpression:
        return evaluate(rule.expression, reg, read, frame);
      case Kind::kUndefined:
        break;
    }
    return std::nullopt;
  }

  bool stepByFramePointer() {
    const auto frame = registers_[kFramePointer];
    if (!frame) return false;
    const auto callersFrame = memory(*frame);
    const auto caller = memory(*frame + sizeof(std::uint64_t));
    if (!caller) return false;
    registers_[kFramePointer] = callersFrame;
    registers_[kStackRegister] = *frame + 2 * sizeof(std::uint64_t);
    address_ = *caller;
    return true;
  }

  std::string_view stack_;
  std::uint64_t stackBegin_;
  std::array<std::optional<std::uint64_t>, kRegisters> registers_;
  std::uint64_t address_;
  bool isInterrupted_ = true;
  const RulesAt& rulesAt_;
};

}  // namespace

std::vector<std::uint64_t> unwound(const UserState& state, const RulesAt& rulesAt,
                                   std::size_t most) {
  std::vector<std::uint64_t> addresses;
  Walk walk(state, rulesAt);
  do {
    addresses.push_back(walk.address());
  } while (addresses.size() < most && walk.step());
  return addresses;
}

}  // namespace orchestrator_exporter::profiling
