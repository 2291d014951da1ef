#include "metrics/processors/md5.h"

#include <bit>
#include <cmath>
#include <cstddef>
#include <string>

namespace orchestrator_exporter {

namespace {

constexpr std::size_t kBlock = 64;

// RFC 1321, 3.4: the whole part of 2^32 times the sine of each step, in radians.
const std::array<std::uint32_t, kBlock>& sines() {
  static const std::array<std::uint32_t, kBlock> all = [] {
    std::array<std::uint32_t, kBlock> made{};
    for (std::size_t i = 0; i < made.size(); ++i) {
      made[i] = static_cast<std::uint32_t>(
          std::floor(std::ldexp(std::fabs(std::sin(static_cast<double>(i + 1))), 32)));
    }
    return made;
  }();
  return all;
}

// How far each step of a round turns, four steps at a time.
constexpr std::array<std::array<int, 4>, 4> kTurns = {
    {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

std::uint32_t wordAt(const char* bytes) {
  std::uint32_t word = 0;
  for (int i = 3; i >= 0; --i) word = word << 8 | static_cast<unsigned char>(bytes[i]);
  return word;
}

void addBlock(std::array<std::uint32_t, 4>& state, const char* block) {
  std::array<std::uint32_t, 16> words{};
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = wordAt(block + 4 * i);
  auto [a, b, c, d] = state;
  for (std::size_t step = 0; step < kBlock; ++step) {
    const std::size_t round = step / 16;
    std::uint32_t mixed = 0;
    std::size_t word = 0;
    switch (round) {
      case 0:
        mixed = (b & c) | (~b & d);
        word = step;
        break;
      case 1:
        mixed = (d & b) | (~d & c);
        word = (5 * step + 1) % 16;
        break;
      case 2:
        mixed = b ^ c ^ d;
        word = (3 * step + 5) % 16;
        break;
      default:
        mixed = c ^ (b | ~d);
        word = 7 * step % 16;
    }
    const std::uint32_t turned =
        std::rotl(a + mixed + sines()[step] + words[word], kTurns[round][step % 4]);
    a = d;
    d = c;
    c = b;
    b += turned;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

}  // namespace

std::array<std::uint8_t, 16> md5(std::string_view bytes) {
  std::array<std::uint32_t, 4> state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
  std::size_t done = 0;
  for (; bytes.size() - done >= kBlock; done += kBlock) addBlock(state, bytes.data() + done);

  std::string rest(bytes.substr(done));
  rest += '\x80';
  rest.resize(rest.size() + (2 * kBlock - 8 - rest.size()) % kBlock, '\0');
  for (int i = 0; i < 8; ++i) rest += static_cast<char>(bits >> (8 * i) & 0xff);
  for (std::size_t at = 0; at < rest.size(); at += kBlock) addBlock(state, rest.data() + at);

  std::array<std::uint8_t, 16> digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(state[i / 4] >> (8 * (i % 4)) & 0xff);
  }
  return digest;
}

}  // namespace orchestrator_exporter
