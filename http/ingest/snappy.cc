#include "http/ingest/snappy.h"

#include <snappy.h>

#include <cstdint>
#include <span>

#include "http/server/message.h"
#include "metrics/base/errors.h"
#include "metrics/history/store/blobs/crc32c.h"

namespace orchestrator_exporter::http {
namespace {

constexpr std::string_view kIdentifier = "sNaPpY";
constexpr std::size_t kMostOfAChunk = 65'536;  // unpacked

enum Chunk : unsigned char {
  kPacked = 0x00,
  kPlain = 0x01,
  kFirstSkippable = 0x80,
  kIdentifies = 0xFF,
};

ParseError notSnappy() { return ParseError("the body is not snappy"); }

HttpError tooLarge(std::size_t most) {
  return HttpError(413, "the body is larger than " + std::to_string(most) + " bytes unpacked");
}

std::uint32_t littleEndian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) {
    number = number << 8U | static_cast<unsigned char>(bytes[i - 1]);
  }
  return number;
}

// A checksum as the format has it, so that one of bytes that hold checksums is no trivial one.
std::uint32_t maskedChecksum(std::string_view bytes) {
  const std::uint32_t sum =
      history::crc32c(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
  return (sum >> 15U | sum << 17U) + 0xA282EAD8U;
}

std::string_view taken(std::string_view& from, std::size_t size) {
  if (from.size() < size) throw notSnappy();
  const std::string_view bytes = from.substr(0, size);
  from.remove_prefix(size);
  return bytes;
}

}  // namespace

std::string unsnappy(std::string_view packed, std::size_t most) {
  std::size_t size = 0;
  if (!snappy::GetUncompressedLength(packed.data(), packed.size(), &size)) throw notSnappy();
  if (size > most) throw tooLarge(most);
  // A byte of snappy gives less than 64 bytes: who says more has not sent them.
  constexpr std::size_t kBest = 64;
  std::string plain;
  if (size / kBest > packed.size() || !snappy::Uncompress(packed.data(), packed.size(), &plain)) {
    throw notSnappy();
  }
  return plain;
}

std::string unsnappyFrames(std::string_view packed, std::size_t most) {
  constexpr std::size_t kChecksumBytes = 4;
  std::string plain;
  bool identified = false;
  while (!packed.empty()) {
    const auto type = static_cast<unsigned char>(taken(packed, 1).front());
    std::string_view chunk = taken(packed, littleEndian(taken(packed, 3)));
    if (type == kIdentifies) {
      if (chunk != kIdentifier) throw notSnappy();
      identified = true;
      continue;
    }
    if (!identified) throw notSnappy();
    if (type >= kFirstSkippable) continue;
    if (type != kPacked && type != kPlain) throw notSnappy();
    const std::uint32_t checksum = littleEndian(taken(chunk, kChecksumBytes));
    const std::size_t before = plain.size();
    if (type == kPacked) {
      plain.append(unsnappy(chunk, kMostOfAChunk));
    } else {
      plain.append(chunk);
    }
    if (plain.size() - before > kMostOfAChunk) throw notSnappy();
    if (plain.size() > most) throw tooLarge(most);
    if (maskedChecksum(std::string_view(plain).substr(before)) != checksum) throw notSnappy();
  }
  return plain;
}

}  // namespace orchestrator_exporter::http
