#include "exporter/probes/dns_exchange.h"

#include <sys/random.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

namespace orchestrator_exporter::probes {

namespace {

// Not to be guessed, so that nobody else can answer.
std::uint16_t randomId() {
  std::uint16_t id = 0;
  if (::getrandom(&id, sizeof id, 0) != sizeof id) throw ProbeFailure("no random number");
  return id;
}

[[noreturn]] void failedOf(const char* what) {
  throw ProbeFailure(std::string(what) + ": " + std::generic_category().message(errno));
}

}  // namespace

DnsAnswer askByUdp(const DnsQuestion& question, const IpAddress& server, std::uint16_t port,
                   const std::string& source, Waiting& waiting, Waiting::Time until) {
  const std::uint16_t id = randomId();
  const std::string message = encodeQuestion(question, id);
  const Descriptor socket = openSocket(server, SOCK_DGRAM, 0, source);
  sockaddr_storage address{};
  const socklen_t size = server.fill(address, port);
  // Connected: the kernel takes answers of this server alone, and tells if nobody listens there.
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    failedOf("connect");
  }
  if (::send(socket.get(), message.data(), message.size(), 0) < 0) failedOf("write");
  std::array<char, 65536> buffer;
  for (;;) {
    if (!waiting.isReadableBefore(socket.get(), until)) throw ProbeFailure("timed out");
    const ssize_t got = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got < 0) failedOf("read");
    const std::string_view received(buffer.data(), static_cast<std::size_t>(got));
    if (auto answer = decodeAnswer(received, question, id)) return std::move(*answer);
  }
}

DnsAnswer askByStream(const DnsQuestion& question, Stream& stream) {
  const std::uint16_t id = randomId();
  const std::string message = encodeQuestion(question, id);
  std::string sized;
  sized += static_cast<char>(message.size() >> 8);
  sized += static_cast<char>(message.size() & 0xff);
  stream.write(sized + message);
  std::string received;
  for (;;) {
    if (received.size() >= 2) {
      const std::size_t size = static_cast<std::size_t>(static_cast<unsigned char>(received[0]))
                                   << 8 |
                               static_cast<unsigned char>(received[1]);
      if (received.size() >= 2 + size) {
        auto answer = decodeAnswer(std::string_view(received).substr(2, size), question, id);
        if (!answer) throw ProbeFailure("the answer is to another question");
        return std::move(*answer);
      }
    }
    const std::string_view more = stream.read();
    if (more.empty()) throw ProbeFailure("the connection ended before the answer");
    received += more;
  }
}

}  // namespace orchestrator_exporter::probes
