#include "exporter/daemons/socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <chrono>
#include <cstring>
#include <string>

#include "exporter/kernel/descriptor.h"
#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

Socket::Clock::time_point after(milliseconds time) { return Socket::Clock::now() + time; }
Socket::Clock::time_point soon() { return after(milliseconds(20'000)); }

// A socket on loopback that the kernel answers for, and nobody reads.
class Loopback {
 public:
  explicit Loopback(int type) : socket_(socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(socket_.get(), generic, size), 0);
    if (type == SOCK_STREAM) {
      EXPECT_EQ(listen(socket_.get(), 1), 0);
    }
    EXPECT_EQ(getsockname(socket_.get(), generic, &size), 0);
    port_ = ntohs(address.sin_port);
  }

  std::uint16_t port() const { return port_; }
  Descriptor accept() const { return Descriptor(::accept(socket_.get(), nullptr, nullptr)); }
  int get() const { return socket_.get(); }

 private:
  Descriptor socket_;
  std::uint16_t port_ = 0;
};

// What the act throws as a SocketError.
template <typename Act>
std::string errorOf(Act act) {
  try {
    act();
  } catch (const SocketError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST(Socket, CarriesAStreamToItsEnd) {
  const Loopback server(SOCK_STREAM);
  Socket client = Socket::stream("127.0.0.1", server.port(), soon());
  Descriptor accepted = server.accept();
  client.send("question");
  char text[64];
  ASSERT_EQ(recv(accepted.get(), text, sizeof text, 0), 8);
  EXPECT_EQ(std::string_view(text, 8), "question");
  ASSERT_EQ(send(accepted.get(), "answer", 6, 0), 6);
  accepted = Descriptor();
  EXPECT_EQ(client.receive(text, 3), 3u);
  EXPECT_EQ(client.receive(text, sizeof text), 3u);
  EXPECT_EQ(std::string_view(text, 3), "wer");
  EXPECT_EQ(client.receive(text, sizeof text), 0u);
}

TEST(Socket, WaitsForAnAnswerNoLongerThanItsDeadline) {
  const Loopback server(SOCK_STREAM);
  Socket client = Socket::stream("127.0.0.1", server.port(), after(milliseconds(50)));
  char byte = 0;
  const auto begin = Socket::Clock::now();
  EXPECT_THAT(errorOf([&] { client.receive(&byte, 1); }), HasSubstr("Connection timed out"));
  EXPECT_LT(Socket::Clock::now() - begin, std::chrono::seconds(10));
}

TEST(Socket, WaitsForRoomNoLongerThanItsDeadline) {
  const Loopback server(SOCK_STREAM);
  Socket client = Socket::stream("127.0.0.1", server.port(), after(milliseconds(100)));
  // More than the kernel buffers for a peer that does not read.
  const std::string large(std::size_t{32} << 20, 'x');
  EXPECT_THAT(errorOf([&] { client.send(large); }), HasSubstr("Connection timed out"));
}

TEST(Socket, DoesNotBeginAfterItsDeadline) {
  const Loopback server(SOCK_STREAM);
  EXPECT_THAT(errorOf([&] { Socket::stream("127.0.0.1", server.port(), after(milliseconds(-1))); }),
              HasSubstr("timed out"));
}

TEST(Socket, NamesThePeerThatRefuses) {
  std::uint16_t port = 0;
  {
    const Loopback gone(SOCK_STREAM);
    port = gone.port();
  }
  EXPECT_EQ(errorOf([&] { Socket::stream("127.0.0.1", port, soon()); }),
            "127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

TEST(Socket, NamesAHostWithoutAnAddress) {
  EXPECT_EQ(errorOf([] { Socket::stream("", 80, soon()); }).find(":80: "), 0u);
  EXPECT_EQ(errorOf([] { Socket::stream("1.2.3.4.5.6", 80, soon()); }).find("1.2.3.4.5.6:80: "),
            0u);
}

TEST(Socket, TakesOneDatagramAtATime) {
  const Loopback server(SOCK_DGRAM);
  Socket client = Socket::datagram("127.0.0.1", server.port(), soon());
  client.send("question");
  sockaddr_in from{};
  socklen_t size = sizeof from;
  char text[64];
  auto* const generic = reinterpret_cast<sockaddr*>(&from);
  ASSERT_EQ(recvfrom(server.get(), text, sizeof text, 0, generic, &size), 8);
  for (const std::string_view answer : {"one", "four"}) {
    sendto(server.get(), answer.data(), answer.size(), 0, generic, size);
  }
  EXPECT_EQ(client.receive(text, sizeof text), 3u);
  // What does not fit of a datagram is lost.
  EXPECT_EQ(client.receive(text, 2), 2u);
  EXPECT_EQ(std::string_view(text, 2), "fo");
}

TEST(Socket, TakesDatagramsOfItsPeerOnly) {
  const Loopback server(SOCK_DGRAM);
  const Loopback other(SOCK_DGRAM);
  Socket client = Socket::datagram("127.0.0.1", server.port(), after(milliseconds(100)));
  client.send("question");
  sockaddr_in from{};
  socklen_t size = sizeof from;
  char text[64];
  auto* const generic = reinterpret_cast<sockaddr*>(&from);
  ASSERT_EQ(recvfrom(server.get(), text, sizeof text, 0, generic, &size), 8);
  ASSERT_EQ(sendto(other.get(), "forged", 6, 0, generic, size), 6);
  EXPECT_THAT(errorOf([&] { client.receive(text, sizeof text); }), HasSubstr("timed out"));
}

TEST(Socket, SetsHowManyRoutersAPacketMayPass) {
  const Loopback server(SOCK_DGRAM);
  Socket client = Socket::datagram("127.0.0.1", server.port(), soon());
  client.setHopLimit(7);
  const int on = 1;
  ASSERT_EQ(setsockopt(server.get(), IPPROTO_IP, IP_RECVTTL, &on, sizeof on), 0);
  client.send("x");
  char text[8];
  char control[64];
  iovec piece{text, sizeof text};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ASSERT_EQ(recvmsg(server.get(), &message, 0), 1);
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  ASSERT_NE(header, nullptr);
  int hops = 0;
  std::memcpy(&hops, CMSG_DATA(header), sizeof hops);
  EXPECT_EQ(hops, 7);
  EXPECT_THAT(errorOf([&] { client.setHopLimit(1000); }), HasSubstr("Invalid argument"));
}

TEST(Socket, ReachesASocketOfThisHost) {
  TempSystem system;
  const std::string path = system.path("socket");
  const Descriptor server(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof address.sun_path);
  std::memcpy(address.sun_path, path.data(), path.size());
  ASSERT_EQ(bind(server.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(errorOf([&] { Socket::local(path, soon()); }), path + ": Connection refused");
  ASSERT_EQ(listen(server.get(), 1), 0);
  Socket client = Socket::local(path, soon());
  const Descriptor accepted(accept(server.get(), nullptr, nullptr));
  client.send("hello");
  char text[8];
  EXPECT_EQ(recv(accepted.get(), text, sizeof text, 0), 5);
}

TEST(Socket, NamesAPathThatNoSocketCanHave) {
  const std::string path = "/" + std::string(200, 'x');
  EXPECT_EQ(errorOf([&] { Socket::local(path, soon()); }), path + ": too long for a socket");
}

TEST(Socket, FailsWhenThePeerHasHungUp) {
  const Loopback server(SOCK_STREAM);
  Socket client = Socket::stream("127.0.0.1", server.port(), soon());
  Descriptor accepted = server.accept();
  const linger atOnce{1, 0};  // so that the peer's end is a reset
  ASSERT_EQ(setsockopt(accepted.get(), SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce), 0);
  accepted = Descriptor();
  char byte = 0;
  EXPECT_THAT(errorOf([&] { client.receive(&byte, 1); }), HasSubstr("Connection reset by peer"));
}

}  // namespace orchestrator_exporter
