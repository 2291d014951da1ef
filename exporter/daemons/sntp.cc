#include "exporter/daemons/sntp.h"

#include <algorithm>
#include <array>
#include <random>
#include <string_view>

#include "exporter/daemons/socket.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::size_t kPacketBytes = 48;

// Where the fields lie in a packet.
constexpr std::size_t kStratum = 1;
constexpr std::size_t kRootDelay = 4;
constexpr std::size_t kRootDispersion = 8;
constexpr std::size_t kReference = 16;
constexpr std::size_t kOrigin = 24;
constexpr std::size_t kReceived = 32;
constexpr std::size_t kTransmitted = 40;

constexpr unsigned kClient = 3;
constexpr unsigned kServer = 4;

using Packet = std::array<unsigned char, kPacketBytes>;

std::uint64_t bigEndian(const Packet& packet, std::size_t at, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = at; i < at + bytes; ++i) value = value << 8 | packet[i];
  return value;
}

void setBigEndian(Packet& packet, std::size_t at, std::uint64_t value) {
  for (std::size_t i = at + 8; i-- > at; value >>= 8) packet[i] = value & 0xFF;
}

// The fraction of a second, of that many bits, rounded to nanoseconds.
std::int64_t fraction(std::uint64_t bits, unsigned size) {
  const std::uint64_t half = std::uint64_t{1} << (size - 1);
  return static_cast<std::int64_t>((bits * kSecond + half) >> size);
}

// 16 bits of seconds, 16 of their fraction.
std::int64_t shortSpan(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 16) * kSecond + fraction(value & 0xFFFF, 16);
}

// 32 bits of seconds since 1900, 32 of their fraction. The seconds overflow in 2036: what would lie
// before 1970 is taken for a time after that.
std::int64_t unixTime(std::uint64_t value) {
  constexpr std::int64_t kUnixEpoch = 2208988800;
  constexpr std::int64_t kEra = std::int64_t{1} << 32;
  auto seconds = static_cast<std::int64_t>(value >> 32) - kUnixEpoch;
  if (seconds < 0) seconds += kEra;
  return seconds * kSecond + fraction(value & 0xFFFFFFFF, 32);
}

template <typename Clock>
std::int64_t now() {
  const auto since = Clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

// An answer must repeat what we send as our time, so that nobody can make it up: any number will
// do.
std::uint64_t makeCookie() {
  std::random_device random;
  return std::uint64_t{random()} << 32 | random();
}

SntpAnswer read(const Packet& packet) {
  SntpAnswer answer;
  answer.leap = packet[0] >> 6;
  answer.stratum = packet[kStratum];
  answer.rootDelay = shortSpan(bigEndian(packet, kRootDelay, 4));
  answer.rootDispersion = shortSpan(bigEndian(packet, kRootDispersion, 4));
  answer.reference = unixTime(bigEndian(packet, kReference, 8));
  answer.received = unixTime(bigEndian(packet, kReceived, 8));
  answer.transmitted = unixTime(bigEndian(packet, kTransmitted, 8));
  return answer;
}

void check(const std::string& place, const Packet& packet, std::uint64_t cookie) {
  const auto mode = packet[0] & 7u;
  if (mode != kServer) {
    throw ParseError(place, 0, "an answer in mode 4", std::to_string(mode));
  }
  if (bigEndian(packet, kTransmitted, 8) == 0) throw ParseError(place, 0, "answer without a time");
  if (bigEndian(packet, kOrigin, 8) != cookie) {
    throw ParseError(place, 0, "answer to something that was not asked");
  }
  if (bigEndian(packet, kReceived, 8) > bigEndian(packet, kTransmitted, 8)) {
    throw ParseError(place, 0, "answer from before its question");
  }
}

}  // namespace

std::int64_t SntpAnswer::roundTrip() const {
  return std::max<std::int64_t>((arrived - sent) - (transmitted - received), 0);
}

std::int64_t SntpAnswer::offset() const {
  return ((received - sent) + (transmitted - arrived)) / 2;
}

std::int64_t SntpAnswer::rootDistance() const {
  return (roundTrip() + rootDelay) / 2 + rootDispersion;
}

std::int64_t SntpAnswer::leastError() const {
  return std::max<std::int64_t>({0, sent - received, transmitted - arrived});
}

bool SntpAnswer::isValid() const {
  constexpr unsigned kNotSynchronized = 16;
  constexpr std::int64_t kOldest = (std::int64_t{1} << 17) * kSecond;
  constexpr std::int64_t kMostDispersion = 16 * kSecond;
  return leap != 3 && stratum > 0 && stratum < kNotSynchronized && reference <= transmitted &&
         transmitted - reference <= kOldest && rootDelay / 2 + rootDispersion <= kMostDispersion;
}

SntpAnswer askSntp(const SntpServer& server, std::chrono::steady_clock::time_point deadline) {
  Packet packet{};
  packet[0] = static_cast<unsigned char>(server.version << 3 | kClient);
  const std::uint64_t cookie = makeCookie();
  setBigEndian(packet, kTransmitted, cookie);
  Socket socket = Socket::datagram(server.host, server.port, deadline);
  if (server.hops != 0) socket.setHopLimit(server.hops);

  const std::int64_t sent = now<std::chrono::system_clock>();
  const std::int64_t began = now<std::chrono::steady_clock>();
  socket.send({reinterpret_cast<const char*>(packet.data()), packet.size()});
  const std::size_t got = socket.receive(reinterpret_cast<char*>(packet.data()), packet.size());
  // A step of our clock meanwhile must not count.
  const std::int64_t arrived = sent + now<std::chrono::steady_clock>() - began;

  const std::string place = server.host + ":" + std::to_string(server.port);
  if (got < packet.size()) throw ParseError(place, 0, "answer too short");
  check(place, packet, cookie);
  SntpAnswer answer = read(packet);
  answer.sent = sent;
  answer.arrived = arrived;
  return answer;
}

}  // namespace orchestrator_exporter
