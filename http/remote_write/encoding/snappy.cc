#include "http/remote_write/encoding/snappy.h"

#include <snappy.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#include "metrics/base/errors.h"

namespace orchestrator_exporter::remote_write {

namespace {

constexpr std::size_t kLeastCopy = 4;

template <typename Number>
Number load(const char* bytes) {
  Number number;
  std::memcpy(&number, bytes, sizeof number);
  return number;
}

// How many bytes from here to `end` are like those at an earlier place.
std::size_t alike(const char* here, const char* earlier, const char* end) {
  static_assert(std::endian::native == std::endian::little);
  const char* const begin = here;
  for (; end - here >= 8; here += 8, earlier += 8) {
    const auto difference = load<std::uint64_t>(here) ^ load<std::uint64_t>(earlier);
    if (difference == 0) continue;
    return static_cast<std::size_t>(here - begin + std::countr_zero(difference) / 8);
  }
  while (here < end && *here == *earlier) ++here, ++earlier;
  return static_cast<std::size_t>(here - begin);
}

struct Match {
  const char* earlier;
  std::size_t count;
};

// None at the same place, nor at one that is too far away.
Match matchAt(const char* here, const char* earlier, const char* end) {
  if (earlier >= here || here - earlier > 0xffff) return {earlier, 0};
  return {earlier, alike(here, earlier, end)};
}

// Writes the elements of the format, into memory that has room for them.
class Elements {
 public:
  explicit Elements(char* out) : out_(out) {}

  void length(std::size_t bytes) {
    for (; bytes >= 0x80; bytes >>= 7) put(bytes | 0x80);
    put(bytes);
  }

  void literal(const char* bytes, std::size_t count) {
    constexpr std::size_t kShort = 60;
    if (count == 0) return;
    const std::size_t last = count - 1;
    if (last < kShort) {
      put(last << 2);
    } else {
      // The bytes of a longer length follow the tag.
      std::size_t lengthBytes = 1;
      while (last >> 8 * lengthBytes != 0) ++lengthBytes;
      put((kShort - 1 + lengthBytes) << 2);
      for (std::size_t i = 0; i < lengthBytes; ++i) put(last >> 8 * i);
    }
    std::memcpy(out_, bytes, count);
    out_ += count;
  }

  // Of at least four bytes, from less than 64 KiB before.
  void copy(std::size_t distance, std::size_t count) {
    constexpr std::size_t kMost = 64;
    for (; count >= kMost + kLeastCopy; count -= kMost) farCopy(distance, kMost);
    if (count > kMost) {
      farCopy(distance, kMost - kLeastCopy);
      count -= kMost - kLeastCopy;
    }
    if (count >= 12 || distance >= 2048) return farCopy(distance, count);
    put((distance >> 8) << 5 | (count - kLeastCopy) << 2 | 1);
    put(distance);
  }

  char* end() const { return out_; }

 private:
  void farCopy(std::size_t distance, std::size_t count) {
    put((count - 1) << 2 | 2);
    put(distance);
    put(distance >> 8);
  }
  void put(std::size_t byte) { *out_++ = static_cast<char>(byte); }

  char* out_;
};

// Where bytes that begin alike were last seen.
class Places {
 public:
  explicit Places(const char* begin) : begin_(begin) {}

  // The place before this one, whose four bytes may be others.
  const char* exchange(const char* here) {
    constexpr std::uint32_t kMultiplier = 0x9e3779b1;
    std::uint32_t& place = places_[load<std::uint32_t>(here) * kMultiplier >> (32 - kBits)];
    return begin_ + std::exchange(place, static_cast<std::uint32_t>(here - begin_));
  }

 private:
  static constexpr int kBits = 14;
  const char* const begin_;
  std::array<std::uint32_t, 1U << kBits> places_{};
};

}  // namespace

std::string packed(std::string_view bytes) {
  // Literals take a byte more for each 60.
  const auto memory = std::make_unique_for_overwrite<char[]>(32 + bytes.size() + bytes.size() / 6);
  Elements out(memory.get());
  out.length(bytes.size());
  constexpr std::size_t kLong = 64;  // a copy that is not worth a look elsewhere
  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  Places places(begin);
  const char* rest = begin;  // from where on nothing is written yet
  std::size_t distance = 0;  // of the last copy
  std::size_t misses = 0;    // since then: the more, the less is looked at
  for (const char* here = begin; end - here >= 8;) {
    Match match = matchAt(here, here - distance, end);
    if (match.count < kLong) {
      const Match other = matchAt(here, places.exchange(here), end);
      if (other.count > match.count + 1) match = other;
    }
    if (match.count < kLeastCopy) {
      here += std::min(1 + misses++ / 32, static_cast<std::size_t>(end - here));
      continue;
    }
    misses = 0;
    distance = static_cast<std::size_t>(here - match.earlier);
    while (here > rest && match.earlier > begin && here[-1] == match.earlier[-1]) {
      --here, --match.earlier, ++match.count;
    }
    out.literal(rest, static_cast<std::size_t>(here - rest));
    out.copy(distance, match.count);
    here += match.count;
    rest = here;
    if (end - here >= 8) places.exchange(here - 2);
  }
  out.literal(rest, static_cast<std::size_t>(end - rest));
  return std::string(memory.get(), out.end());
}

std::string unpacked(std::string_view bytes) {
  std::string out;
  if (!snappy::Uncompress(bytes.data(), bytes.size(), &out)) {
    throw ParseError("expected snappy's block format");
  }
  return out;
}

}  // namespace orchestrator_exporter::remote_write
