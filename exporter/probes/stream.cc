#include "exporter/probes/stream.h"

#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "http/security/tls/client_context.h"

namespace orchestrator_exporter::probes {

namespace {

constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kLongestLine = 64 * 1024;

[[noreturn]] void failed(const char* what, int error) {
  throw ProbeFailure(std::string(what) + ": " + std::generic_category().message(error));
}

}  // namespace

Descriptor openSocket(const IpAddress& peer, int type, int protocol, const std::string& source) {
  Descriptor opened(::socket(peer.family(), type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
  if (opened.get() < 0) failed("socket", errno);
  if (source.empty()) return opened;
  const auto own = IpAddress::parse(source);
  if (!own) throw ProbeFailure("source_ip_address: expected an IP address, got '" + source + "'");
  sockaddr_storage address{};
  const socklen_t size = own->fill(address, 0);
  if (::bind(opened.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    failed("bind", errno);
  }
  return opened;
}

Stream::Stream(const IpAddress& peer, std::uint16_t port, const std::string& source,
               Waiting& waiting)
    : waiting_(waiting), socket_(openSocket(peer, SOCK_STREAM, 0, source)) {
  sockaddr_storage address{};
  const socklen_t size = peer.fill(address, port);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0) return;
  if (errno != EINPROGRESS) failed("connect", errno);
  if (waiting_.forWriting(socket_.get())) return;
  int error = 0;
  socklen_t errorSize = sizeof error;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &errorSize);
  if (error != 0) failed("connect", error);
}

Stream::~Stream() {
  if (tls_) tls_->shutdown();
}

void Stream::startTls(const http::ClientTls& settings, const std::string& name) try {
  const auto context = std::make_shared<const http::TlsClientContext>(settings);
  tls_ = std::make_unique<http::TlsSession>(
      context, socket_.get(), settings.serverName.empty() ? name : settings.serverName);
  verified_ = !settings.skipVerify;
  buffer_.clear();  // what came in the clear may be anybody's
  for (;;) {
    const http::TlsResult result = tls_->handshake();
    if (result.status == http::TlsStatus::kDone) return;
    if (result.status == http::TlsStatus::kClosed) throw ProbeFailure("TLS: the peer hung up");
    waitFor(result);
  }
} catch (const ProbeFailure&) {
  throw;
} catch (const std::runtime_error& error) {
  throw ProbeFailure(std::string("TLS: ") + error.what());
}

std::optional<http::TlsFacts> Stream::tlsFacts() const {
  return tls_ ? http::tlsFactsOf(tls_->handle(), verified_) : std::nullopt;
}

void Stream::waitFor(const http::TlsResult& result) {
  switch (result.status) {
    case http::TlsStatus::kWantRead:
      waiting_.forReading(socket_.get());
      return;
    case http::TlsStatus::kWantWrite:
      waiting_.forWriting(socket_.get());
      return;
    default:
      throw ProbeFailure("TLS: " + tls_->reason());
  }
}

void Stream::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (tls_) {
      const http::TlsResult result = tls_->write(bytes);
      if (result.status == http::TlsStatus::kDone) {
        bytes.remove_prefix(result.bytes);
      } else {
        waitFor(result);
      }
      continue;
    }
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      waiting_.forWriting(socket_.get());
    } else if (errno != EINTR) {
      failed("write", errno);
    }
  }
}

std::size_t Stream::readInto(char* to, std::size_t size) {
  for (;;) {
    if (tls_) {
      const http::TlsResult result = tls_->read(to, size);
      if (result.status == http::TlsStatus::kDone) return result.bytes;
      if (result.status == http::TlsStatus::kClosed) return 0;
      waitFor(result);
      continue;
    }
    if (!mayHaveMore_) waiting_.forReading(socket_.get());
    const ssize_t got = ::recv(socket_.get(), to, size, 0);
    mayHaveMore_ = got == static_cast<ssize_t>(size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EAGAIN && errno != EINTR) failed("read", errno);
  }
}

std::string_view Stream::read() {
  if (!buffer_.empty()) {
    given_ = std::exchange(buffer_, {});
  } else {
    given_.resize(kReadBytes);
    given_.resize(readInto(given_.data(), given_.size()));
  }
  return given_;
}

std::optional<std::string> Stream::readLine() {
  std::size_t searched = 0;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    searched = buffer_.size();
    if (searched > kLongestLine) throw ProbeFailure("a line is longer than 64 KiB");
    buffer_.resize(searched + kReadBytes);
    const std::size_t got = readInto(buffer_.data() + searched, kReadBytes);
    buffer_.resize(searched + got);
    if (got > 0) continue;
    if (buffer_.empty()) return std::nullopt;
    return std::exchange(buffer_, {});
  }
}

}  // namespace orchestrator_exporter::probes
