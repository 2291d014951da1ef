#include "exporter/kernel/network/socket_diagnosis.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "exporter/kernel/descriptor.h"
#include "tests/support/network_test.h"

namespace orchestrator_exporter {

namespace {

sockaddr* generic(sockaddr_in& address) { return reinterpret_cast<sockaddr*>(&address); }

// A listening socket on loopback, and connections to it of which nobody reads.
class Listener {
 public:
  Listener() : listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    EXPECT_EQ(bind(listening_.get(), generic(address_), size), 0);
    EXPECT_EQ(listen(listening_.get(), 5), 0);
    EXPECT_EQ(getsockname(listening_.get(), generic(address_), &size), 0);
  }

  Descriptor connect() {
    Descriptor client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::connect(client.get(), generic(address_), sizeof address_), 0);
    return client;
  }
  Descriptor accept() const { return Descriptor(accept4(listening_.get(), nullptr, nullptr, 0)); }

 private:
  sockaddr_in address_{};
  Descriptor listening_;
};

}  // namespace

// In a namespace of its own there are no sockets but those of the test.
class SocketDiagnosisTest : public NetworkTest {
 protected:
  SocketDiagnosis diagnosis_;
};

TEST_F(SocketDiagnosisTest, CountsNothingWithoutSockets) {
  const TcpSockets none = diagnosis_.tcp(AF_INET);
  EXPECT_EQ(none.sockets, 0U);
  EXPECT_EQ(none.receiveQueueBytes, 0U);
  EXPECT_EQ(none.transmitQueueBytes, 0U);
}

TEST_F(SocketDiagnosisTest, CountsSocketsByTheirStates) {
  Listener listener;
  const Descriptor first = listener.connect();
  const Descriptor second = listener.connect();
  const Descriptor accepted = listener.accept();
  const TcpSockets found = diagnosis_.tcp(AF_INET);
  EXPECT_EQ(found.byState[TCP_LISTEN], 1U);
  // Both ends of two connections, one of which is still in the listener's queue.
  EXPECT_EQ(found.byState[TCP_ESTABLISHED], 4U);
  EXPECT_EQ(found.sockets, 5U);
  EXPECT_EQ(diagnosis_.tcp(AF_INET6).sockets, 0U);
}

TEST_F(SocketDiagnosisTest, AddsUpTheBytesThatNobodyHasRead) {
  Listener listener;
  const Descriptor client = listener.connect();
  const Descriptor server = listener.accept();
  const std::string text(1000, 'x');
  ASSERT_EQ(send(client.get(), text.data(), text.size(), 0), 1000);
  ASSERT_EQ(send(server.get(), text.data(), 500, 0), 500);
  EXPECT_EQ(diagnosis_.tcp(AF_INET).receiveQueueBytes, 1500U);
}

TEST_F(SocketDiagnosisTest, SeesAConnectionClose) {
  Listener listener;
  Descriptor client = listener.connect();
  const Descriptor server = listener.accept();
  client = Descriptor();
  EXPECT_EQ(diagnosis_.tcp(AF_INET).byState[TCP_CLOSE_WAIT], 1U);
}

}  // namespace orchestrator_exporter
