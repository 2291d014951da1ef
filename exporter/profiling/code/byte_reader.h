#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace orchestrator_exporter::profiling {

// Reads DWARF's numbers (DWARF 5, section 7) from bytes that others wrote. Past the end everything
// is 0 and isGood() is false.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes, std::size_t at = 0) : bytes_(bytes), at_(at) {
    if (at_ > bytes_.size()) fail();
  }

  bool isGood() const { return good_; }
  bool atEnd() const { return at_ >= bytes_.size(); }
  std::size_t at() const { return at_; }
  void skip(std::uint64_t count) {
    if (count > bytes_.size() - at_) return fail();
    at_ += count;
  }

  template <typename Number>
  Number number() {
    Number value{};
    if (bytes_.size() - at_ < sizeof value) {
      fail();
      return value;
    }
    std::memcpy(&value, bytes_.data() + at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  std::uint64_t unsignedLeb() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = number<std::uint8_t>();
      if (shift < 64) value |= std::uint64_t{byte & 0x7FU} << shift;
      if ((byte & 0x80U) == 0) return value;
    }
  }
  std::int64_t signedLeb() {
    std::uint64_t value = 0;
    unsigned shift = 0;
    std::uint8_t byte = 0;
    do {
      byte = number<std::uint8_t>();
      if (shift < 64) value |= std::uint64_t{byte & 0x7FU} << shift;
      shift += 7;
    } while ((byte & 0x80U) != 0);
    if (shift < 64 && (byte & 0x40U) != 0) value |= ~std::uint64_t{0} << shift;
    return static_cast<std::int64_t>(value);
  }
  std::string_view text() {
    const std::size_t end = bytes_.find('\0', at_);
    if (end == std::string_view::npos) {
      fail();
      return {};
    }
    const std::string_view found = bytes_.substr(at_, end - at_);
    at_ = end + 1;
    return found;
  }
  std::string_view block(std::uint64_t size) {
    const std::size_t begin = at_;
    skip(size);
    return good_ ? bytes_.substr(begin, size) : std::string_view{};
  }

 private:
  void fail() {
    good_ = false;
    at_ = bytes_.size();
  }

  std::string_view bytes_;
  std::size_t at_;
  bool good_ = true;
};

}  // namespace orchestrator_exporter::profiling
