#include "tests/support/network_test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace orchestrator_exporter {

namespace {

bool run(const char* program, std::string_view arguments) {
  const std::string command = std::string(program) + " " + std::string(arguments) + " >&2";
  return std::system(command.c_str()) == 0;
}

}  // namespace

bool NetworkTest::ip(std::string_view arguments) { return run("ip", arguments); }

bool NetworkTest::tc(std::string_view arguments) { return run("tc", arguments); }

void NetworkTest::SetUp() {
  outside_ = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  if (unshare(CLONE_NEWNET) != 0) {
    GTEST_SKIP() << "no network namespace can be made: " << std::strerror(errno);
  }
  std::ofstream("/proc/sys/net/ipv6/conf/default/disable_ipv6") << 1;
  if (!ip("link set lo up") ||
      !ip("link add v0 address 02:00:00:00:00:01 type veth peer name v1 address "
          "02:00:00:00:00:02")) {
    GTEST_SKIP() << "no veth device can be made";
  }
}

void NetworkTest::TearDown() {
  if (outside_ < 0) return;
  EXPECT_EQ(setns(outside_, CLONE_NEWNET), 0);
  close(outside_);
}

void NetworkTest::sendPackets(int count) {
  ASSERT_TRUE(ip("link set v0 up") && ip("link set v1 up") && ip("addr add 192.0.2.1/24 dev v0") &&
              ip("neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 nud permanent dev v0"));
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(9);
  inet_pton(AF_INET, "192.0.2.2", &to.sin_addr);
  const std::array<char, 100> payload{};
  for (int i = 0; i < count; ++i) {
    EXPECT_EQ(sendto(socket, payload.data(), payload.size(), 0,
                     reinterpret_cast<const sockaddr*>(&to), sizeof to),
              static_cast<ssize_t>(payload.size()));
  }
  close(socket);
}

}  // namespace orchestrator_exporter
