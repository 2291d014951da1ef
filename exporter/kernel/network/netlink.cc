#include "exporter/kernel/network/netlink.h"

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

namespace {

// The kernel fills at most this much at once, however much room there is.
constexpr std::size_t kReceiveBytes = 32 * 1024;
constexpr timeval kPatience{.tv_sec = 2, .tv_usec = 0};
constexpr int kAttempts = 4;

std::size_t aligned(std::size_t size) {
  return (size + NLA_ALIGNTO - 1) / NLA_ALIGNTO * NLA_ALIGNTO;
}

// How an answer ended: the number after the header of NLMSG_ERROR and mostly of NLMSG_DONE is a
// negative errno.
int errorOf(const nlmsghdr& message) {
  std::int32_t error = 0;
  if (mnl_nlmsg_get_payload_len(&message) >= sizeof error) {
    std::memcpy(&error, mnl_nlmsg_get_payload(&message), sizeof error);
  }
  return error < 0 ? -error : 0;
}

}  // namespace

void NetlinkAttributes::Iterator::advance() {
  nlattr header{};
  if (rest_.size() >= sizeof header) std::memcpy(&header, rest_.data(), sizeof header);
  if (header.nla_len < sizeof header || header.nla_len > rest_.size()) {
    done_ = true;
    return;
  }
  attribute_.type = header.nla_type & NLA_TYPE_MASK;
  attribute_.payload = rest_.substr(sizeof header, header.nla_len - sizeof header);
  rest_.remove_prefix(std::min(aligned(header.nla_len), rest_.size()));
}

NetlinkAttribute NetlinkAttributes::find(std::uint16_t type) const {
  for (const NetlinkAttribute& attribute : *this) {
    if (attribute.type == type) return attribute;
  }
  return {type, {}};
}

void NetlinkRequest::append(std::string_view bytes) {
  body_.append(bytes);
  body_.resize(aligned(body_.size()));
}

NetlinkRequest& NetlinkRequest::add(std::uint16_t attribute, std::string_view payload) {
  const nlattr header{.nla_len = static_cast<std::uint16_t>(sizeof(nlattr) + payload.size()),
                      .nla_type = attribute};
  append({reinterpret_cast<const char*>(&header), sizeof header});
  append(payload);
  return *this;
}

NetlinkSocket::NetlinkSocket(int protocol) : protocol_(protocol) {}

NetlinkSocket::~NetlinkSocket() { close(); }

void NetlinkSocket::close() {
  if (socket_ != nullptr) mnl_socket_close(socket_);
  socket_ = nullptr;
}

void NetlinkSocket::open(const NetlinkRequest& request) {
  if (!answered_) close();
  if (socket_ != nullptr) return;
  socket_ = mnl_socket_open2(protocol_, SOCK_CLOEXEC);
  if (socket_ == nullptr) throw ReadError(errno, request.name());
  answered_ = false;
  if (mnl_socket_bind(socket_, 0, MNL_SOCKET_AUTOPID) < 0) throw ReadError(errno, request.name());
  const int descriptor = mnl_socket_get_fd(socket_);
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience) < 0) {
    throw ReadError(errno, request.name());
  }
  port_ = mnl_socket_get_portid(socket_);
}

void NetlinkSocket::send(const NetlinkRequest& request, std::uint16_t flags) {
  std::string bytes(MNL_NLMSG_HDRLEN, '\0');
  nlmsghdr* const header = mnl_nlmsg_put_header(bytes.data());
  header->nlmsg_type = request.type();
  header->nlmsg_flags = flags;
  header->nlmsg_seq = ++sequence_;
  header->nlmsg_len = static_cast<std::uint32_t>(MNL_NLMSG_HDRLEN + request.body().size());
  bytes += request.body();
  while (mnl_socket_sendto(socket_, bytes.data(), bytes.size()) < 0) {
    if (errno != EINTR) throw ReadError(errno, request.name());
  }
}

NetlinkSocket::Outcome NetlinkSocket::exchange(const NetlinkRequest& request, std::uint16_t flags,
                                               const Visit& visit) {
  open(request);
  answered_ = interrupted_ = false;
  send(request, flags);
  Outcome outcome = Outcome::kMore;
  while (outcome == Outcome::kMore) outcome = receive(request, visit);
  answered_ = outcome != Outcome::kLost;
  return outcome == Outcome::kDone && interrupted_ ? Outcome::kInterrupted : outcome;
}

NetlinkSocket::Outcome NetlinkSocket::receive(const NetlinkRequest& request, const Visit& visit) {
  alignas(nlmsghdr) std::array<char, kReceiveBytes> buffer;
  const ssize_t size = mnl_socket_recvfrom(socket_, buffer.data(), buffer.size());
  if (size < 0 && errno == EINTR) return Outcome::kMore;
  // The kernel had no room for an answer and dropped it.
  if (size < 0 && errno == ENOBUFS) return Outcome::kLost;
  if (size < 0) throw ReadError(errno == EAGAIN ? ETIMEDOUT : errno, request.name());
  if (size == 0) throw ReadError(EIO, request.name());
  int left = static_cast<int>(size);
  auto* message = reinterpret_cast<const nlmsghdr*>(buffer.data());
  for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
    if (!mnl_nlmsg_portid_ok(message, port_) || !mnl_nlmsg_seq_ok(message, sequence_)) continue;
    const Outcome outcome = read(*message, visit);
    if (outcome != Outcome::kMore) return outcome;
  }
  return Outcome::kMore;
}

NetlinkSocket::Outcome NetlinkSocket::read(const nlmsghdr& message, const Visit& visit) {
  if ((message.nlmsg_flags & NLM_F_DUMP_INTR) != 0) interrupted_ = true;
  switch (message.nlmsg_type) {
    case NLMSG_NOOP:
      return Outcome::kMore;
    case NLMSG_OVERRUN:
      return Outcome::kLost;
    case NLMSG_DONE:
    case NLMSG_ERROR:
      refusal_ = errorOf(message);
      return refusal_ == 0 ? Outcome::kDone : Outcome::kRefused;
    default:
      visit(NetlinkMessage({static_cast<const char*>(mnl_nlmsg_get_payload(&message)),
                            mnl_nlmsg_get_payload_len(&message)}));
      return Outcome::kMore;
  }
}

bool NetlinkSocket::end(const NetlinkRequest& request, Outcome outcome,
                        std::initializer_list<int> tolerated) {
  if (outcome == Outcome::kLost) throw ReadError(ENOBUFS, request.name());
  if (outcome != Outcome::kRefused) return true;
  if (std::find(tolerated.begin(), tolerated.end(), refusal_) != tolerated.end()) return false;
  throw ReadError(refusal_, request.name());
}

bool NetlinkSocket::dump(const NetlinkRequest& request, const Begin& begin, const Visit& visit,
                         std::initializer_list<int> tolerated) {
  Outcome outcome = Outcome::kInterrupted;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (outcome != Outcome::kInterrupted && outcome != Outcome::kLost) break;
    begin();
    outcome = exchange(request, NLM_F_REQUEST | NLM_F_DUMP, visit);
  }
  return end(request, outcome, tolerated);
}

bool NetlinkSocket::ask(const NetlinkRequest& request, const Visit& visit,
                        std::initializer_list<int> tolerated) {
  return end(request, exchange(request, NLM_F_REQUEST | NLM_F_ACK, visit), tolerated);
}

}  // namespace orchestrator_exporter
