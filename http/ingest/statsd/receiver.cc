#include "http/ingest/statsd/receiver.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>

#include "metrics/base/coarse_clock.h"

namespace orchestrator_exporter::http::statsd {
namespace {

using Clock = std::chrono::steady_clock;

// When datagrams come in quick succession, it waits for some before it reads: one call brings many
// then, and the kernel's buffer has room for a hundred times as much.
constexpr std::chrono::microseconds kQuick{300};
constexpr std::chrono::microseconds kGathering{1000};

// Places in what is watched.
constexpr std::size_t kTcp = 3;
constexpr std::size_t kFirstStream = 4;

OwnedSocket listenIf(const std::string& address, auto listen) {
  return address.empty() ? OwnedSocket() : listen();
}

}  // namespace

Receiver::Receiver(const Config& config, Delivery& delivery, Statistics& statistics)
    : delivery_(delivery),
      statistics_(statistics),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      udp_(listenIf(config.udp, [&] { return listenUdp(config.udp, config.bufferBytes); })),
      tcp_(listenIf(config.tcp, [&] { return listenTcp(config.tcp); })),
      unixgram_(listenIf(config.unixgram,
                         [&] {
                           return listenUnixgram(config.unixgram, config.unixgramMode,
                                                 config.bufferBytes);
                         })),
      unixgramFile_(config.unixgram),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Receiver::~Receiver() {
  thread_.request_stop();
  ::eventfd_write(wake_.get(), 1);
  thread_.join();
  if (unixgram_) ::unlink(unixgramFile_.c_str());
}

std::vector<pollfd> Receiver::watched() const {
  std::vector<pollfd> all = {{wake_.get(), POLLIN, 0}};
  for (const OwnedSocket* socket : {&udp_, &unixgram_, &tcp_}) {
    // One that is not there has a negative number, which poll() passes over.
    all.push_back({socket->get(), POLLIN, 0});
  }
  for (const auto& [number, connection] : connections_) all.push_back({number, POLLIN, 0});
  return all;
}

void Receiver::run(const std::stop_token& stop) {
  constexpr int kSecond = 1000;
  std::vector<pollfd> all = watched();
  Clock::time_point lastRead;
  std::uint32_t lastTick = 0;
  while (!stop.stop_requested()) {
    if (::poll(all.data(), all.size(), delivery_.hasSets() ? kSecond : -1) < 0) continue;
    const std::size_t datagrams = readUdp() + readUnixgram();
    bool changed = false;
    for (std::size_t i = kFirstStream; i < all.size(); ++i) {
      if (all[i].revents == 0 || readStream(connections_.at(all[i].fd))) continue;
      connections_.erase(all[i].fd);
      changed = true;
    }
    if (all[kTcp].revents != 0) changed = acceptAll() || changed;
    if (changed) all = watched();
    if (const std::uint32_t now = coarseSeconds(); delivery_.hasSets() && now != lastTick) {
      delivery_.tick(lastTick = now);
    }
    if (datagrams == 0) continue;
    const Clock::time_point now = Clock::now();
    if (now - lastRead < kQuick + kGathering) std::this_thread::sleep_for(kGathering);
    lastRead = Clock::now();
  }
}

std::size_t Receiver::readUdp() {
  if (!udp_) return 0;
  std::size_t all = 0;
  for (std::size_t got = DatagramReader::kAtOnce; got == DatagramReader::kAtOnce; all += got) {
    got = udpReader_.read(udp_.get(), [this](std::string_view text) { delivery_.take(text); });
  }
  Statistics::add(statistics_.udpPackets, all);
  statistics_.udpPacketDrops = udpReader_.drops();
  return all;
}

std::size_t Receiver::readUnixgram() {
  if (!unixgram_) return 0;
  std::size_t all = 0;
  for (std::size_t got = DatagramReader::kAtOnce; got == DatagramReader::kAtOnce; all += got) {
    got = unixgramReader_.read(unixgram_.get(),
                               [this](std::string_view text) { delivery_.take(text); });
  }
  Statistics::add(statistics_.unixgramPackets, all);
  return all;
}

bool Receiver::acceptAll() {
  for (bool changed = false;; changed = true) {
    OwnedSocket socket(::accept4(tcp_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    const int error = errno;
    if (!socket && error == EAGAIN) return changed;
    const bool isFull = !socket && (error == EMFILE || error == ENFILE);
    if (isFull || connections_.size() >= kMostConnections) giveUpOne();
    if (!socket) {
      // Nothing to spare: it is asked again soon.
      if (isFull) std::this_thread::sleep_for(kGathering);
      return true;
    }
    Statistics::add(statistics_.tcpConnections);
    const int number = socket.get();
    connections_[number] = {std::move(socket), {}};
  }
}

// For a newer one.
void Receiver::giveUpOne() {
  if (connections_.empty()) return;
  Statistics::add(statistics_.tcpConnectionErrors);
  connections_.erase(connections_.begin());
}

// One buffer a turn, so that others get theirs.
bool Receiver::readStream(Connection& connection) {
  std::array<char, 32768> buffer;
  const ssize_t got = ::recv(connection.socket.get(), buffer.data(), buffer.size(), 0);
  if (got > 0) return takeLines(connection, {buffer.data(), static_cast<std::size_t>(got)});
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (got < 0) {
    Statistics::add(statistics_.tcpConnectionErrors);
  } else {
    delivery_.take(connection.begun);  // the last line needs no end
  }
  return false;
}

bool Receiver::takeLines(Connection& connection, std::string_view text) {
  const std::size_t end = text.rfind('\n');
  std::string& begun = connection.begun;
  if (end != std::string_view::npos) {
    if (begun.empty()) {
      delivery_.take(text.substr(0, end));
    } else {
      begun.append(text.substr(0, end));
      delivery_.take(begun);
      begun.clear();
    }
    text.remove_prefix(end + 1);
  }
  begun.append(text);
  if (begun.size() <= kLongestLine) return true;
  Statistics::add(statistics_.tcpTooLongLines);
  return false;
}

}  // namespace orchestrator_exporter::http::statsd
