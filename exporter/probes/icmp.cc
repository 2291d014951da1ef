#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "exporter/kernel/descriptor.h"
#include "exporter/probes/context.h"
#include "exporter/probes/stream.h"

// Echo requests (RFC 792, RFC 4443): by a ping socket, which needs no capability if the host allows
// it (net.ipv4.ping_group_range, icmp(7)), else by a raw one, which needs CAP_NET_RAW.

namespace orchestrator_exporter::probes {

namespace {

constexpr std::size_t kHead = 8;
constexpr std::string_view kUsualPayload = "orchestrator_exporter probe";

struct Echo {
  Descriptor socket;
  bool isRaw = false;
};

struct Reply {
  bool isOurs = false;
  int hopLimit = 0;  // 0 if it is not known
};

Echo openEcho(const IpAddress& peer, const std::string& source) {
  const int protocol = peer.isIpv6() ? static_cast<int>(IPPROTO_ICMPV6) : IPPROTO_ICMP;
  try {
    return {openSocket(peer, SOCK_DGRAM, protocol, source), false};
  } catch (const ProbeFailure&) {
    // Then the other one says why.
  }
  try {
    return {openSocket(peer, SOCK_RAW, protocol, source), true};
  } catch (const ProbeFailure& failure) {
    throw ProbeFailure(std::string(failure.what()) +
                       ": icmp needs net.ipv4.ping_group_range to take this group, or "
                       "CAP_NET_RAW");
  }
}

void setOption(const Descriptor& socket, int level, int option, int value) {
  if (::setsockopt(socket.get(), level, option, &value, sizeof value) == 0) return;
  throw ProbeFailure("setsockopt: " + std::generic_category().message(errno));
}

void setOptions(const Echo& echo, const IpAddress& peer, const IcmpSettings& settings) {
  const int level = peer.isIpv6() ? static_cast<int>(IPPROTO_IPV6) : IPPROTO_IP;
  setOption(echo.socket, level, peer.isIpv6() ? IPV6_RECVHOPLIMIT : IP_RECVTTL, 1);
  if (settings.ttl > 0) {
    setOption(echo.socket, level, peer.isIpv6() ? IPV6_UNICAST_HOPS : IP_TTL,
              static_cast<int>(settings.ttl));
  }
  if (settings.dontFragment) {
    setOption(echo.socket, level, peer.isIpv6() ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER,
              peer.isIpv6() ? IPV6_PMTUDISC_DO : IP_PMTUDISC_DO);
  }
}

// RFC 1071.
std::uint16_t checksumOf(std::string_view bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    sum += static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << 8;
    if (i + 1 < bytes.size()) sum += static_cast<unsigned char>(bytes[i + 1]);
  }
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

// Type, code, checksum, identifier, number, payload. Of a ping socket the kernel sets the
// identifier; of ICMPv6 it always sets the checksum.
std::string requestOf(const IpAddress& peer, std::uint32_t token, const IcmpSettings& settings) {
  std::string message(kHead, '\0');
  message[0] = static_cast<char>(peer.isIpv6() ? ICMP6_ECHO_REQUEST : ICMP_ECHO);
  std::memcpy(&message[4], &token, sizeof token);
  if (settings.payloadSize > 0) {
    message.append(static_cast<std::size_t>(settings.payloadSize), '\0');
  } else {
    message += kUsualPayload;
  }
  const std::uint16_t checksum = checksumOf(message);
  message[2] = static_cast<char>(checksum >> 8);
  message[3] = static_cast<char>(checksum & 0xff);
  return message;
}

Reply judge(std::string_view message, const std::string& request, const Echo& echo,
            const IpAddress& peer) {
  if (echo.isRaw && !peer.isIpv6()) {
    // Behind the head of IP.
    const std::size_t head = message.empty() ? 0 : (static_cast<unsigned>(message[0]) & 0xf) * 4U;
    message.remove_prefix(std::min(head, message.size()));
  }
  const auto expected = static_cast<char>(peer.isIpv6() ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY);
  if (message.size() != request.size() || message[0] != expected) return {};
  // A ping socket gets only what is for it.
  const std::size_t from = echo.isRaw ? 4 : 6;
  return {message.substr(from) == std::string_view(request).substr(from), 0};
}

Reply receive(const Echo& echo, const std::string& request, const IpAddress& peer) {
  std::array<char, 65536> buffer;
  alignas(cmsghdr) std::array<char, 256> control{};
  iovec part{buffer.data(), buffer.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  const ssize_t got = ::recvmsg(echo.socket.get(), &header, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return {};
  if (got < 0) throw ProbeFailure("read: " + std::generic_category().message(errno));
  Reply reply = judge({buffer.data(), static_cast<std::size_t>(got)}, request, echo, peer);
  for (cmsghdr* each = CMSG_FIRSTHDR(&header); each != nullptr; each = CMSG_NXTHDR(&header, each)) {
    const bool isLimit = (each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_TTL) ||
                         (each->cmsg_level == IPPROTO_IPV6 && each->cmsg_type == IPV6_HOPLIMIT);
    if (isLimit) std::memcpy(&reply.hopLimit, CMSG_DATA(each), sizeof reply.hopLimit);
  }
  return reply;
}

struct Phases {
  double resolve = 0;
  double setup = 0;
  double rtt = 0;

  void give(Sink& out) const {
    const auto phases = out.gauge("probe_icmp_duration_seconds", "How long a phase took.");
    phases.add(resolve, {{"phase", "resolve"}});
    phases.add(setup, {{"phase", "setup"}});
    phases.add(rtt, {{"phase", "rtt"}});
  }
};

}  // namespace

bool probeIcmp(const IcmpSettings& settings, ProbeContext& context) {
  Phases phases;
  struct Given {
    ~Given() { phases.give(out); }
    Sink& out;
    const Phases& phases;
  } const given{context.out, phases};
  const Stopwatch resolving;
  const IpAddress peer = lookUp(context.request.target, settings.address, context);
  phases.resolve = resolving.seconds();
  const Stopwatch settingUp;
  const Echo echo = openEcho(peer, settings.address.source);
  setOptions(echo, peer, settings);
  std::uint32_t token = 0;
  static_cast<void>(!::getrandom(&token, sizeof token, 0));
  const std::string request = requestOf(peer, token, settings);
  sockaddr_storage address{};
  const socklen_t size = peer.fill(address, 0);
  phases.setup = settingUp.seconds();
  const Stopwatch travelling;
  if (::sendto(echo.socket.get(), request.data(), request.size(), 0,
               reinterpret_cast<const sockaddr*>(&address), size) < 0) {
    throw ProbeFailure("write: " + std::generic_category().message(errno));
  }
  context.trace(echo.isRaw ? "echo request sent by a raw socket"
                           : "echo request sent by a ping socket");
  for (;;) {
    context.waiting.forReading(echo.socket.get());
    const Reply reply = receive(echo, request, peer);
    if (!reply.isOurs) continue;
    phases.rtt = travelling.seconds();
    if (reply.hopLimit > 0) {
      context.out
          .gauge("probe_icmp_reply_hop_limit",
                 "The hop limit (TTL of IPv4) that the reply came with.")
          .add(reply.hopLimit);
    }
    return true;
  }
}

}  // namespace orchestrator_exporter::probes
