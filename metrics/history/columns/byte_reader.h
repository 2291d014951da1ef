#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>

namespace orchestrator_exporter::history {

// Told of bytes that no writer has written.
class DamagedColumn : public std::runtime_error {
 public:
  DamagedColumn() : std::runtime_error("a damaged column of samples") {}
};

// Reads bytes from their first to their last; throws DamagedColumn behind that. They must outlive
// it.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool atEnd() const { return at_ == end_; }
  std::span<const std::uint8_t> rest() const { return {at_, end_}; }
  // Of what is not at its end.
  std::uint8_t peek() const { return *at_; }

  std::uint8_t byte() {
    if (at_ == end_) throw DamagedColumn();
    return *at_++;
  }

  std::uint64_t varint() {
    // Most are short.
    if (end_ - at_ >= 2) {
      const std::uint8_t first = at_[0];
      const std::uint8_t second = at_[1];
      if (first < 0x80) {
        ++at_;
        return first;
      }
      if (second < 0x80) {
        at_ += 2;
        return (first & 0x7fu) | static_cast<std::uint64_t>(second) << 7;
      }
    }
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t part = byte();
      number |= static_cast<std::uint64_t>(part & 0x7f) << shift;
      if (part < 0x80) return number;
    }
    throw DamagedColumn();
  }

  std::span<const std::uint8_t> bytes(std::uint64_t count) {
    if (count > rest().size()) throw DamagedColumn();
    const std::uint8_t* const begin = at_;
    at_ += count;
    return {begin, at_};
  }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

}  // namespace orchestrator_exporter::history
