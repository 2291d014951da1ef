#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/collectors.h"
#include "tests/support/network_test.h"

namespace orchestrator_exporter {

namespace {

// A TCP socket that listens on loopback of a family, and one connected to it.
class Connection {
 public:
  explicit Connection(int family) : listener_(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_storage address{};
    address.ss_family = static_cast<sa_family_t>(family);
    socklen_t size = sizeof(sockaddr_in6);
    if (family == AF_INET) {
      reinterpret_cast<sockaddr_in&>(address).sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else {
      reinterpret_cast<sockaddr_in6&>(address).sin6_addr = in6addr_loopback;
    }
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, generic, size), 0);
    EXPECT_EQ(listen(listener_, 4), 0);
    EXPECT_EQ(getsockname(listener_, generic, &size), 0);
    client_ = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(connect(client_, generic, size), 0);
    server_ = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  }
  ~Connection() {
    for (const int end : {client_, server_, listener_}) close(end);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int client() const { return client_; }

 private:
  int listener_;
  int client_;
  int server_;
};

class Tcpstat : public NetworkTest {};

}  // namespace

TEST_F(Tcpstat, CountsSocketsByStateAndAddsUpTheirQueues) {
  const Connection connection(AF_INET);
  ASSERT_EQ(write(connection.client(), "hello", 5), 5);
  // For a listening socket the kernel gives the longest backlog as the bytes to send: 4 here.
  EXPECT_EQ(collectText("tcpstat", TempSystem()),
            "# HELP node_tcp_connection_states TCP sockets by state; rx_queued_bytes and "
            "tx_queued_bytes are the bytes in their queues.\n"
            "# TYPE node_tcp_connection_states gauge\n"
            "node_tcp_connection_states{state=\"established\"} 2\n"
            "node_tcp_connection_states{state=\"listen\"} 1\n"
            "node_tcp_connection_states{state=\"rx_queued_bytes\"} 5\n"
            "node_tcp_connection_states{state=\"tx_queued_bytes\"} 4\n");
}

TEST_F(Tcpstat, AddsIpv6WhereTheHostHasIt) {
  if (!std::filesystem::exists("/proc/net/if_inet6")) GTEST_SKIP() << "the kernel has no IPv6";
  const Connection four(AF_INET);
  const Connection six(AF_INET6);
  EXPECT_THAT(collectSamples("tcpstat", TempSystem()),
              testing::HasSubstr("node_tcp_connection_states{state=\"established\"} 2\n"));
  TempSystem system;
  system.file("proc/net/tcp6", "");
  EXPECT_THAT(collectSamples("tcpstat", system),
              testing::HasSubstr("node_tcp_connection_states{state=\"established\"} 4\n"
                                 "node_tcp_connection_states{state=\"listen\"} 2\n"));
}

TEST_F(Tcpstat, CountsConnectionsThatAreHalfClosed) {
  const Connection connection(AF_INET);
  ASSERT_EQ(shutdown(connection.client(), SHUT_WR), 0);
  EXPECT_THAT(
      collectSamples("tcpstat", TempSystem()),
      testing::AllOf(testing::HasSubstr("node_tcp_connection_states{state=\"close_wait\"} 1\n"),
                     testing::Not(testing::HasSubstr("established"))));
}

TEST_F(Tcpstat, HasNoSamplesWithoutSockets) { EXPECT_EQ(collectText("tcpstat", TempSystem()), ""); }

}  // namespace orchestrator_exporter
