#include "metrics/promql/label_hash.h"

#include <bit>
#include <cstdint>
#include <string>

namespace orchestrator_exporter::promql {

namespace {

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87ULL;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4FULL;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9ULL;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63ULL;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5ULL;

std::uint64_t littleEndian(const char* at, int bytes) {
  std::uint64_t value = 0;
  for (int i = bytes - 1; i >= 0; --i) value = (value << 8) | static_cast<unsigned char>(at[i]);
  return value;
}

std::uint64_t round(std::uint64_t sum, std::uint64_t input) {
  return std::rotl(sum + input * kPrime2, 31) * kPrime1;
}

// XXH64 with the seed 0, as its specification (xxhash.com) describes it.
std::uint64_t xxh64(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  std::uint64_t sum = kPrime5;
  if (text.size() >= 32) {
    std::uint64_t lanes[4] = {kPrime1 + kPrime2, kPrime2, 0, 0 - kPrime1};
    for (; end - at >= 32; at += 32) {
      for (int i = 0; i < 4; ++i) lanes[i] = round(lanes[i], littleEndian(at + 8 * i, 8));
    }
    sum = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
          std::rotl(lanes[3], 18);
    for (const std::uint64_t lane : lanes) sum = (sum ^ round(0, lane)) * kPrime1 + kPrime4;
  }
  sum += text.size();
  for (; end - at >= 8; at += 8) {
    sum = std::rotl(sum ^ round(0, littleEndian(at, 8)), 27) * kPrime1 + kPrime4;
  }
  if (end - at >= 4) {
    sum = std::rotl(sum ^ littleEndian(at, 4) * kPrime1, 23) * kPrime2 + kPrime3;
    at += 4;
  }
  for (; at != end; ++at) {
    sum = std::rotl(sum ^ littleEndian(at, 1) * kPrime5, 11) * kPrime1;
  }
  sum = (sum ^ (sum >> 33)) * kPrime2;
  sum = (sum ^ (sum >> 29)) * kPrime3;
  return sum ^ (sum >> 32);
}

void appendSized(std::string& out, std::string_view text) {
  constexpr std::size_t kLong = 255;
  if (text.size() < kLong) {
    out += static_cast<char>(text.size());
  } else {
    out += static_cast<char>(kLong);
    for (int i = 0; i < 3; ++i) out += static_cast<char>((text.size() >> (8 * i)) & 0xFF);
  }
  out += text;
}

}  // namespace

double hashShare(const Labels& labels) {
  std::string bytes;
  labels.forEach([&bytes](std::string_view name, std::string_view value) {
    appendSized(bytes, name);
    appendSized(bytes, value);
  });
  constexpr double kLargest = 18446744073709551615.0;
  return static_cast<double>(xxh64(bytes)) / kLargest;
}

}  // namespace orchestrator_exporter::promql
