#include "http/server/listen_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace orchestrator_exporter::http {
namespace {

using Family = ListenAddress::Family;
using testing::AnyOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(ListenAddress, ReadsAddressesAndPorts) {
  const ListenAddress ipv4 = parseListenAddress("127.0.0.1:9100");
  EXPECT_EQ(ipv4.family, Family::kIpv4);
  EXPECT_EQ(ipv4.host, "127.0.0.1");
  EXPECT_EQ(ipv4.port, 9100u);
  EXPECT_EQ(ipv4.text(), "127.0.0.1:9100");

  const ListenAddress ipv6 = parseListenAddress("[::1]:0");
  EXPECT_EQ(ipv6.family, Family::kIpv6);
  EXPECT_EQ(ipv6.host, "::1");
  EXPECT_EQ(ipv6.textWithPort(80), "[::1]:80");

  EXPECT_EQ(parseListenAddress("0.0.0.0:1").family, Family::kIpv4);
}

TEST(ListenAddress, TakesAllAddressesForNone) {
  for (const char* text : {":10190", "[::]:10190", "[]:10190"}) {
    const ListenAddress address = parseListenAddress(text);
    EXPECT_THAT(address.text(), AnyOf("[::]:10190", "0.0.0.0:10190")) << text;
  }
}

TEST(ListenAddress, LooksNamesUpAndPrefersIpv4) {
  EXPECT_EQ(parseListenAddress("localhost:9100").text(), "127.0.0.1:9100");
}

TEST(ListenAddress, RefusesWhatIsNone) {
  for (const char* text :
       {"", "9100", "localhost", ":", ":x", ":-1", ":65536", ":1 ", "::1:9100",
        "127.0.0.1:", "[fe80::1%lo]:1", "vsock://:", "vsock://:x", "unix:", "999.0.0.1.2:1"}) {
    EXPECT_THAT([text] { parseListenAddress(text); },
                ThrowsMessage<std::runtime_error>(
                    HasSubstr("cannot listen on " + std::string(text) + ": ")))
        << text;
  }
}

TEST(ListenAddress, ReadsUnixAndVsockAddresses) {
  const ListenAddress file = parseListenAddress("unix:/run/exporter.sock");
  EXPECT_EQ(file.family, Family::kUnix);
  EXPECT_EQ(file.host, "/run/exporter.sock");
  EXPECT_EQ(file.text(), "unix:/run/exporter.sock");
  const ListenAddress machine = parseListenAddress("vsock://3:9100");
  EXPECT_EQ(machine.family, Family::kVsock);
  EXPECT_EQ(machine.port, 9100u);
}

}  // namespace
}  // namespace orchestrator_exporter::http
