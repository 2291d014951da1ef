#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "exporter/host/collector.h"
#include "tests/support/collectors.h"
#include "tests/support/expositions.h"
#include "tests/support/silent_fuse.h"

// The collector beside mounts that may never answer.
namespace orchestrator_exporter {

namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::unique_ptr<Collector> makeFilesystem(Kernel& kernel, const Flags& flags) {
  for (const CollectorDefinition& definition : collectorDefinitions()) {
    if (definition.name == "filesystem") return definition.make(flags, kernel);
  }
  return nullptr;
}

std::string run(Collector& collector, Kernel& kernel) {
  return exposeText([&](Sink& out) { collector.collect(kernel, out); });
}

}  // namespace

TEST(Filesystem, MayBlockOnlyWhereAMountMayHang) {
  const auto mayBlock = [](std::string_view table) {
    TempSystem system;
    system.file("proc/1/mountinfo", table);
    Kernel kernel(system);
    return makeFilesystem(kernel, Flags())->mayBlock();
  };
  EXPECT_FALSE(mayBlock("22 1 8:1 / /proc rw - ext4 /dev/sda1 rw\n"));
  EXPECT_FALSE(mayBlock("1 1 0:4 / /merged rw - overlay a rw\n"));  // not taken by default
  EXPECT_FALSE(mayBlock("garbage\n"));
  EXPECT_TRUE(mayBlock("1 1 0:4 / /mnt rw - nfs4 server:/export rw\n"));
  EXPECT_FALSE(makeFilesystem(*std::make_unique<Kernel>(TempSystem()), Flags())->mayBlock());
}

TEST(Filesystem, ALocalMountBelowOneThatMayHangIsReachedThroughIt) {
  const std::string_view table =
      "1 1 0:4 / /mnt rw - nfs server:/export rw\n1 1 8:1 / /mnt/disk rw - ext4 a rw\n";
  TempSystem system;
  system.file("proc/1/mountinfo", table);
  Kernel kernel(system);
  const Flags onlyLocal{{"collector.filesystem.fs-types-include", "ext4"}};
  EXPECT_TRUE(makeFilesystem(kernel, onlyLocal)->mayBlock());
}

TEST(Filesystem, AMountThatStopsAnsweringLosesItselfOnly) {
  TempSystem system;
  system.directory("dead").file("proc/1/mountinfo",
                                "30 1 0:50 / /dead ro - fuse silent ro\n"
                                "31 1 0:51 / /proc rw - tmpfs none rw\n"
                                "32 1 0:52 / /sys rw - fuse answers rw\n");
  auto fuse = std::make_unique<SilentFuse>(system.path("dead"));
  if (!fuse->obstacle().empty()) GTEST_SKIP() << fuse->obstacle();
  Kernel kernel(system);
  const auto collector =
      makeFilesystem(kernel, Flags{{"collector.filesystem.mount-points-exclude", ""},
                                   {"collector.filesystem.mount-timeout", "300ms"}});
  EXPECT_TRUE(collector->mayBlock());

  const std::string timeout =
      R"(device_error="mountpoint timeout",fstype="fuse",mountpoint="/dead"})";
  const std::string first = run(*collector, kernel);
  EXPECT_THAT(first,
              HasSubstr("node_filesystem_device_error{device=\"silent\"," + timeout + " 1\n"));
  EXPECT_THAT(first, HasSubstr("node_filesystem_readonly{device=\"silent\"," + timeout + " 1\n"));
  EXPECT_EQ(linesWith(first, "silent"), linesWith(linesWith(first, "silent"), timeout));
  EXPECT_THAT(linesWith(first, "size_bytes"), HasSubstr("mountpoint=\"/proc\""));
  EXPECT_THAT(linesWith(first, "size_bytes"), HasSubstr("mountpoint=\"/sys\""));

  // While it hangs, nobody waits for it again, however much time there is.
  const Kernel::Clock::time_point begin = Kernel::Clock::now();
  EXPECT_EQ(linesWith(run(*collector, kernel), "silent"), linesWith(first, "silent"));
  EXPECT_LT(Kernel::Clock::now() - begin, 250ms);

  // Its end ends the call that waits, and the directory below is asked again.
  fuse.reset();
  std::string after;
  do {
    after = run(*collector, kernel);
  } while (linesWith(after, "size_bytes").find("/dead") == std::string::npos &&
           Kernel::Clock::now() < begin + 30s);
  EXPECT_EQ(
      linesWith(after, "device_error{device=\"silent\""),
      R"(node_filesystem_device_error{device="silent",device_error="",fstype="fuse",mountpoint="/dead"} 0
)");
}

TEST(Filesystem, AShortBudgetEndsTheWaitBeforeTheTimeout) {
  TempSystem system;
  system.directory("dead").file("proc/1/mountinfo", "30 1 0:50 / /dead rw - fuse silent rw\n");
  const SilentFuse fuse(system.path("dead"));
  if (!fuse.obstacle().empty()) GTEST_SKIP() << fuse.obstacle();
  Kernel kernel(system);
  const auto collector =
      makeFilesystem(kernel, Flags{{"collector.filesystem.mount-timeout", "60s"}});
  const Kernel::Clock::time_point begin = Kernel::Clock::now();
  kernel.setDeadline(begin + 100ms);
  EXPECT_THAT(run(*collector, kernel), HasSubstr("mountpoint timeout"));
  EXPECT_LT(Kernel::Clock::now() - begin, 30s);
}

}  // namespace orchestrator_exporter
