#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace orchestrator_exporter {

// The bits of a UUID (RFC 9562): random ones, until some are set.
class Uuid {
 public:
  // From the kernel, as std::random_device has them.
  Uuid() {
    std::random_device device;
    for (unsigned char& byte : bytes_) byte = static_cast<unsigned char>(device() & 0xffU);
  }

  void setTime(std::chrono::system_clock::time_point time) {
    const auto milliseconds = static_cast<std::uint64_t>(
        std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count());
    constexpr std::size_t kTimeBytes = 6;
    for (std::size_t i = 0; i < kTimeBytes; ++i) {
      bytes_[i] = static_cast<unsigned char>(milliseconds >> (8 * (kTimeBytes - 1 - i)) & 0xffU);
    }
  }

  // As it is written, in groups of 8, 4, 4, 4 and 12 digits.
  std::string text(unsigned version) {
    bytes_[6] = static_cast<unsigned char>((bytes_[6] & 0x0fU) | version << 4U);
    bytes_[8] = static_cast<unsigned char>((bytes_[8] & 0x3fU) | 0x80U);
    std::string text;
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
      if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
      text += "0123456789abcdef"[bytes_[i] >> 4U];
      text += "0123456789abcdef"[bytes_[i] & 0xfU];
    }
    return text;
  }

 private:
  std::array<unsigned char, 16> bytes_{};
};

// Version 4: random.
inline std::string randomUuid() { return Uuid().text(4); }

// Version 7, of this time: later ones are sorted behind earlier ones, to the millisecond.
inline std::string timedUuid(std::chrono::system_clock::time_point time) {
  Uuid uuid;
  uuid.setTime(time);
  return uuid.text(7);
}

}  // namespace orchestrator_exporter
