#include "http/front/listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "tests/support/http_client.h"

namespace orchestrator_exporter::http {
namespace {

TEST(Listener, SaysWhyAnAddressCannotBeListenedOn) {
  // 192.0.2.0/24 is for documentation and on no host.
  EXPECT_THAT([] { Listener(parseListenAddress("192.0.2.1:9100")); },
              testing::ThrowsMessage<std::runtime_error>(
                  "cannot listen on 192.0.2.1:9100: Cannot assign requested address"));
}

TEST(Listener, TellsThePortThatItFound) {
  const Listener listener(parseListenAddress("127.0.0.1:0"));
  EXPECT_GT(listener.port(), 0);
  EXPECT_EQ(listener.text(), "127.0.0.1:" + std::to_string(listener.port()));
}

TEST(Listener, ItsConnectionsSendAtOnce) {
  const Listener listener(parseListenAddress("127.0.0.1:0"));
  const test::HttpClient client(listener.port());
  Peer peer;
  const int accepted = listener.accept(peer);
  ASSERT_GE(accepted, 0);
  int noDelay = 0;
  socklen_t size = sizeof noDelay;
  EXPECT_EQ(::getsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &noDelay, &size), 0);
  EXPECT_NE(noDelay, 0);
  ::close(accepted);
}

}  // namespace
}  // namespace orchestrator_exporter::http
