#include "exporter/kernel/ip_octets.h"

#include <gtest/gtest.h>

#include "exporter/host/collector.h"
#include "tests/support/collectors.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter {

namespace {

void collectNetstat(Kernel& kernel, const Flags& flags = {}) {
  for (const CollectorDefinition& definition : collectorDefinitions()) {
    if (definition.name != "netstat") continue;
    const auto collector = definition.make(flags, kernel);
    exposeText([&](Sink& out) { collector->collect(kernel, out); });
  }
}

// Whether they are those of these tests, 2^60: no host has had so many.
// many.
bool isShared(Kernel& kernel) { return readIpOctets(kernel).received == 0x1p60; }

}  // namespace

TEST(IpOctets, AreThoseOfTheRunningKernelIfNobodySharesThem) {
  TempSystem system;
  Kernel kernel(system.roots());
  const IpOctets octets = readIpOctets(kernel);
  ASSERT_TRUE(octets.received && octets.sent);
  EXPECT_GE(*octets.received, 0);
  EXPECT_LT(*octets.received, 0x1p60);
}

TEST(IpOctets, AreSharedUntilTheScrapeEnds) {
  Kernel kernel{Roots{}};
  shareIpOctets(kernel, {.received = 0x1p60, .sent = 2});
  EXPECT_TRUE(isShared(kernel));
  EXPECT_EQ(readIpOctets(kernel).sent, 2);
  kernel.reset();
  EXPECT_TRUE(isShared(kernel));
  kernel.endScrape();
  EXPECT_FALSE(isShared(kernel));
}

TEST(IpOctets, AreSharedByNetstatOfTheRunningKernel) {
  Kernel kernel{Roots{}};
  collectNetstat(kernel);
  // Too late: the first to tell them counts.
  shareIpOctets(kernel, {.received = 0x1p60, .sent = 0});
  EXPECT_FALSE(isShared(kernel));
}

TEST(IpOctets, AreNotThoseThatATreeOfFilesTells) {
  Kernel kernel(fixture("typical"));
  collectNetstat(kernel);
  shareIpOctets(kernel, {.received = 0x1p60, .sent = 0});
  EXPECT_TRUE(isShared(kernel));
}

TEST(IpOctets, AreNotSharedByANetstatThatReadsOtherFields) {
  Kernel kernel{Roots{}};
  collectNetstat(kernel, Flags{{"collector.netstat.fields", "^Tcp_InSegs$"}});
  shareIpOctets(kernel, {.received = 0x1p60, .sent = 0});
  EXPECT_TRUE(isShared(kernel));
}

}  // namespace orchestrator_exporter
