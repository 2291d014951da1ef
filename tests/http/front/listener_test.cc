#include "http/front/listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

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

}  // namespace
}  // namespace orchestrator_exporter::http
