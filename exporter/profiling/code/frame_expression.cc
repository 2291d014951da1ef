#include "exporter/profiling/code/frame_expression.h"

#include <array>

#include "exporter/profiling/code/byte_reader.h"

namespace orchestrator_exporter::profiling {

namespace {

// DW_OP_…
enum Operation : std::uint8_t {
  kOpAddress = 0x03,
  kOpDereference = 0x06,
  kOpConstant1Unsigned = 0x08,
  kOpConstant1Signed = 0x09,
  kOpConstant2Unsigned = 0x0A,
  kOpConstant2Signed = 0x0B,
  kOpConstant4Unsigned = 0x0C,
  kOpConstant4Signed = 0x0D,
  kOpConstant8Unsigned = 0x0E,
  kOpConstant8Signed = 0x0F,
  kOpConstantUnsigned = 0x10,
  kOpConstantSigned = 0x11,
  kOpDuplicate = 0x12,
  kOpDrop = 0x13,
  kOpOver = 0x14,
  kOpSwap = 0x16,
  kOpAnd = 0x1A,
  kOpMinus = 0x1C,
  kOpMultiply = 0x1E,
  kOpNegate = 0x1F,
  kOpNot = 0x20,
  kOpOr = 0x21,
  kOpPlus = 0x22,
  kOpPlusConstant = 0x23,
  kOpShiftLeft = 0x24,
  kOpShiftRight = 0x25,
  kOpExclusiveOr = 0x27,
  kOpEqual = 0x29,
  kOpAtLeast = 0x2A,
  kOpGreater = 0x2B,
  kOpAtMost = 0x2C,
  kOpLess = 0x2D,
  kOpUnequal = 0x2E,
  kOpLiteral0 = 0x30,
  kOpLiteral31 = 0x4F,
  kOpRegister0 = 0x70,
  kOpRegister31 = 0x8F,
  kOpRegister = 0x92,
  kOpNothing = 0x96,
};

class Evaluation {
 public:
  Evaluation(std::string_view expression, const ReadRegister& reg, const ReadMemory& memory)
      : in_(expression), register_(reg), memory_(memory) {}

  std::optional<std::uint64_t> run(std::optional<std::uint64_t> first) {
    if (first) push(*first);
    while (good_ && in_.isGood() && !in_.atEnd()) step(in_.number<std::uint8_t>());
    if (!good_ || !in_.isGood() || size_ == 0) return std::nullopt;
    return stack_[size_ - 1];
  }

 private:
  void push(std::uint64_t value) {
    if (size_ == stack_.size()) {
      good_ = false;
    } else {
      stack_[size_++] = value;
    }
  }
  void push(const std::optional<std::uint64_t>& value) {
    if (value) {
      push(*value);
    } else {
      good_ = false;
    }
  }
  template <typename Number>
  void pushNumber() {
    push(static_cast<std::uint64_t>(std::int64_t{in_.number<Number>()}));
  }
  std::uint64_t pop() {
    if (size_ > 0) return stack_[--size_];
    good_ = false;
    return 0;
  }

  void step(std::uint8_t code) {
    if (code >= kOpLiteral0 && code <= kOpLiteral31) return push(std::uint64_t{code} - kOpLiteral0);
    if (code >= kOpRegister0 && code <= kOpRegister31) {
      return pushRegister(std::uint64_t{code} - kOpRegister0);
    }
    if (code == kOpRegister) return pushRegister(in_.unsignedLeb());
    if (code <= kOpConstantSigned && code != kOpDereference) return pushConstant(code);
    if (code >= kOpDuplicate && code <= kOpSwap) return arrange(code);
    stepWithOne(code);
  }

  void pushRegister(std::uint64_t number) {
    const std::int64_t offset = in_.signedLeb();
    const auto value = register_(number);
    push(value ? std::optional(*value + static_cast<std::uint64_t>(offset)) : std::nullopt);
  }

  void pushConstant(std::uint8_t code) {
    switch (code) {
      case kOpConstant1Unsigned:
        return push(std::uint64_t{in_.number<std::uint8_t>()});
      case kOpConstant1Signed:
        return pushNumber<std::int8_t>();
      case kOpConstant2Unsigned:
        return push(std::uint64_t{in_.number<std::uint16_t>()});
      case kOpConstant2Signed:
        return pushNumber<std::int16_t>();
      case kOpConstant4Unsigned:
        return push(std::uint64_t{in_.number<std::uint32_t>()});
      case kOpConstant4Signed:
        return pushNumber<std::int32_t>();
      case kOpAddress:
      case kOpConstant8Unsigned:
      case kOpConstant8Signed:
        return push(in_.number<std::uint64_t>());
      case kOpConstantUnsigned:
        return push(in_.unsignedLeb());
      case kOpConstantSigned:
        return push(static_cast<std::uint64_t>(in_.signedLeb()));
      default:
        good_ = false;
    }
  }

  void arrange(std::uint8_t code) {
    const std::uint64_t top = pop();
    if (code == kOpDrop) return;
    if (code == kOpDuplicate) {
      push(top);
      return push(top);
    }
    const std::uint64_t second = pop();
    if (code == kOpOver) {
      push(second);
      push(top);
      push(second);
    } else if (code == kOpSwap) {
      push(top);
      push(second);
    } else {
      good_ = false;
    }
  }

  void stepWithOne(std::uint8_t code) {
    if (code == kOpNothing) return;
    const std::uint64_t top = pop();
    switch (code) {
      case kOpDereference:
        return push(memory_(top));
      case kOpPlusConstant:
        return push(top + in_.unsignedLeb());
      case kOpNegate:
        return push(~top + 1);
      case kOpNot:
        return push(~top);
      default:
        stepWithTwo(code, pop(), top);
    }
  }

  void stepWithTwo(std::uint8_t code, std::uint64_t second, std::uint64_t top) {
    const auto left = static_cast<std::int64_t>(second);
    const auto right = static_cast<std::int64_t>(top);
    const auto truth = [this](bool value) { push(std::uint64_t{value ? 1U : 0U}); };
    switch (code) {
      case kOpAnd:
        return push(second & top);
      case kOpOr:
        return push(second | top);
      case kOpExclusiveOr:
        return push(second ^ top);
      case kOpPlus:
        return push(second + top);
      case kOpMinus:
        return push(second - top);
      case kOpMultiply:
        return push(second * top);
      case kOpShiftLeft:
        return push(top < 64 ? second << top : 0);
      case kOpShiftRight:
        return push(top < 64 ? second >> top : 0);
      case kOpEqual:
        return truth(left == right);
      case kOpUnequal:
        return truth(left != right);
      case kOpAtLeast:
        return truth(left >= right);
      case kOpGreater:
        return truth(left > right);
      case kOpAtMost:
        return truth(left <= right);
      case kOpLess:
        return truth(left < right);
      default:
        good_ = false;
    }
  }

  ByteReader in_;
  const ReadRegister& register_;
  const ReadMemory& memory_;
  std::array<std::uint64_t, 32> stack_{};
  std::size_t size_ = 0;
  bool good_ = true;
};

}  // namespace

std::optional<std::uint64_t> evaluate(std::string_view expression, const ReadRegister& reg,
                                      const ReadMemory& memory,
                                      std::optional<std::uint64_t> first) {
  return Evaluation(expression, reg, memory).run(first);
}

}  // namespace orchestrator_exporter::profiling
