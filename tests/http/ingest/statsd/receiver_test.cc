#include "http/ingest/statsd/receiver.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "tests/support/collectors.h"

namespace orchestrator_exporter::http::statsd {
namespace {

class StatsdReceiver : public testing::Test {
 protected:
  // Comes back when the count is there; a test that waits in vain fails after ten seconds.
  static std::uint64_t awaited(const Statistics::Count& count, std::uint64_t wanted) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (count < wanted && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    return count;
  }
  static OwnedSocket connected(int type, std::uint16_t port) {
    OwnedSocket socket(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    return socket;
  }
  static void send(const OwnedSocket& socket, std::string_view text) {
    EXPECT_EQ(::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  PushedMetrics pushed_;
  Statistics statistics_;
  Delivery delivery_{pushed_, statistics_, {}, std::make_shared<Mapper>(Mappings{})};
};

TEST_F(StatsdReceiver, TakesDatagrams) {
  const Receiver receiver({.udp = "127.0.0.1:0"}, delivery_, statistics_);
  const OwnedSocket sender = connected(SOCK_DGRAM, receiver.udpPort());
  for (int i = 0; i < 200; ++i) send(sender, "a:1|c\nb:1|c");
  EXPECT_EQ(awaited(statistics_.udpPackets, 200), 200u);
  EXPECT_EQ(statistics_.lines, 400u);
  EXPECT_EQ(statistics_.udpPacketDrops, 0u);
}

TEST_F(StatsdReceiver, TakesDatagramsWhenAnEmptyOneCameBefore) {
  const Receiver receiver({.udp = "127.0.0.1:0"}, delivery_, statistics_);
  const OwnedSocket sender = connected(SOCK_DGRAM, receiver.udpPort());
  send(sender, "");
  send(sender, "a:1|c");
  EXPECT_EQ(awaited(statistics_.lines, 1), 1u);
}

TEST_F(StatsdReceiver, JoinsLinesOfAStream) {
  const Receiver receiver({.tcp = "127.0.0.1:0"}, delivery_, statistics_);
  const OwnedSocket sender = connected(SOCK_STREAM, receiver.tcpPort());
  send(sender, "a:1|");
  EXPECT_EQ(awaited(statistics_.tcpConnections, 1), 1u);
  send(sender, "c\nb:1|c\nc:");
  EXPECT_EQ(awaited(statistics_.lines, 2), 2u);
  ::shutdown(sender.get(), SHUT_WR);
  EXPECT_EQ(awaited(statistics_.lines, 3), 3u);
  EXPECT_EQ(statistics_.events[0], 2u);
}

TEST_F(StatsdReceiver, EndsAStreamWhoseLineIsTooLong) {
  const Receiver receiver({.tcp = "127.0.0.1:0"}, delivery_, statistics_);
  const OwnedSocket sender = connected(SOCK_STREAM, receiver.tcpPort());
  send(sender, std::string(100'000, 'a'));
  EXPECT_EQ(awaited(statistics_.tcpTooLongLines, 1), 1u);
  char byte = 0;
  EXPECT_LE(::recv(sender.get(), &byte, 1, 0), 0);
}

TEST_F(StatsdReceiver, TakesDatagramsOfAUnixSocket) {
  TempSystem folder;
  const std::string path = folder.path("statsd.sock");
  {
    const Receiver receiver({.unixgram = path, .unixgramMode = 0700}, delivery_, statistics_);
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700u);
    const OwnedSocket sender(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    path.copy(to.sun_path, sizeof to.sun_path - 1);
    ASSERT_EQ(::connect(sender.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    send(sender, "a:1|c");
    EXPECT_EQ(awaited(statistics_.unixgramPackets, 1), 1u);
  }
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

TEST_F(StatsdReceiver, SaysWhatItCannotListenOn) {
  const Receiver first({.udp = "127.0.0.1:0"}, delivery_, statistics_);
  const std::string taken = "127.0.0.1:" + std::to_string(first.udpPort());
  try {
    const Receiver second({.udp = taken}, delivery_, statistics_);
    FAIL() << "two receivers on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()), "cannot listen on " + taken + ": Address already in use");
  }
}

}  // namespace
}  // namespace orchestrator_exporter::http::statsd
