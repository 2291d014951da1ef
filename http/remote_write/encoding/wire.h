#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

// Protocol Buffers' wire format (protobuf.dev/programming-guides/encoding), written without going
// back: for what is written a hundred thousand times a second. Fields have numbers up to 15.

namespace orchestrator_exporter::remote_write::wire {

enum class Type : unsigned { kVarint = 0, kDouble = 1, kBytes = 2 };

constexpr char tag(unsigned field, Type type) {
  return static_cast<char>(field << 3 | static_cast<unsigned>(type));
}

constexpr std::size_t varintSize(std::uint64_t value) {
  return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}

inline void addVarint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

inline void addNumber(std::string& out, unsigned field, std::uint64_t value) {
  out += tag(field, Type::kVarint);
  addVarint(out, value);
}

// Numbers that may be negative and are mostly small (sint32, sint64).
inline void addSigned(std::string& out, unsigned field, std::int64_t value) {
  addNumber(out, field,
            static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
}

inline void addDouble(std::string& out, unsigned field, double value) {
  static_assert(std::endian::native == std::endian::little);
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out += tag(field, Type::kDouble);
  out.append(bytes, sizeof bytes);
}

// The head of a field of so many bytes, which follow.
inline void addHead(std::string& out, unsigned field, std::size_t bytes) {
  out += tag(field, Type::kBytes);
  addVarint(out, bytes);
}

inline void addBytes(std::string& out, unsigned field, std::string_view bytes) {
  addHead(out, field, bytes.size());
  out += bytes;
}

}  // namespace orchestrator_exporter::remote_write::wire
