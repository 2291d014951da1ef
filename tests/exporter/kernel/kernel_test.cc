#include "exporter/kernel/kernel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <thread>

#include "tests/support/collectors.h"
#include "tests/support/open_descriptors.h"

namespace orchestrator_exporter {

using test::openDescriptors;

int errorOf(Kernel& kernel, std::string_view path) {
  try {
    kernel.require(path);
  } catch (const ReadError& error) {
    return error.code().value();
  }
  return 0;
}

TEST(Kernel, FindsEachTreeUnderItsRoot) {
  const Kernel kernel({"/p/", "/s", "/r", "/u"});
  EXPECT_EQ(kernel.resolve("proc/stat"), "/p/stat");
  EXPECT_EQ(kernel.resolve("sys/class/net"), "/s/class/net");
  EXPECT_EQ(kernel.resolve("run/udev/data/b8:0"), "/u/b8:0");
  EXPECT_EQ(kernel.resolve("etc/os-release"), "/r/etc/os-release");
  EXPECT_EQ(kernel.resolve("/etc/selinux/config"), "/etc/selinux/config");
  EXPECT_EQ(Kernel(Roots{}).resolve("etc/os-release"), "/etc/os-release");
}

TEST(Kernel, ReadsWholeFilesOfAnySize) {
  const std::string large(300'000, 'x');
  TempSystem system;
  system.file("proc/large", large).file("proc/empty", "");
  Kernel kernel{system.roots()};
  EXPECT_EQ(kernel.require("proc/large").text, large);
  EXPECT_EQ(kernel.require("proc/large").text, large);
  EXPECT_EQ(kernel.require("proc/empty").text, "");
}

TEST(Kernel, ReadsAllOfALargeFileWhoseShortAnswersAreItsEnd) {
  const std::string large(300'000, 'x');
  TempSystem system;
  system.file("proc/large", large);
  Kernel kernel{system.roots()};
  EXPECT_EQ(kernel.require("proc/large", Kernel::End::kShortAnswer).text, large);
}

TEST(Kernel, MakesOnceAScrapeWhatCollectorsShare) {
  Kernel kernel{TempSystem().roots()};
  int made = 0;
  const auto number = [&] { return kernel.shared<int>([&] { return ++made; }); };
  EXPECT_EQ(number(), 1);
  EXPECT_EQ(kernel.shared<double>([] { return 0.5; }), 0.5);
  kernel.reset();
  EXPECT_EQ(number(), 1);
  kernel.endScrape();
  EXPECT_EQ(number(), 2);
}

TEST(Kernel, RemembersWhatIsMissingOnARunningKernelOnly) {
  TempSystem system;
  Kernel tree{system.roots()};
  tree.rememberWhatIsMissing();
  EXPECT_FALSE(tree.exists("proc/later"));
  EXPECT_FALSE(tree.read("sys/later").has_value());
  system.file("proc/later", "").file("sys/later", "");
  EXPECT_TRUE(tree.exists("proc/later"));
  EXPECT_TRUE(tree.read("sys/later").has_value());
}

TEST(Kernel, LooksUpAnewWhatWasMissing) {
  Kernel kernel{Roots{}};
  kernel.rememberWhatIsMissing();
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(kernel.exists("sys/kernel/none"));
    EXPECT_FALSE(kernel.read("sys/kernel/none").has_value());
    EXPECT_FALSE(kernel.list("sys/kernel/none").has_value());
    EXPECT_TRUE(kernel.exists("sys/kernel"));
    EXPECT_TRUE(kernel.list("sys/kernel").has_value());
    kernel.lookAnew();
  }
}

TEST(Kernel, KnowsTheTreesOfARunningKernel) {
  EXPECT_TRUE(Kernel(Roots{}).readsRunningKernel());
  EXPECT_FALSE(Kernel(TempSystem().roots()).readsRunningKernel());
  EXPECT_FALSE(Kernel(Roots{.sysfs = "/proc"}).readsRunningKernel());
}

TEST(Kernel, ListsADirectoryOfSysfsWholly) {
  Kernel kernel{Roots{}};
  std::vector<std::string> expected;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/kernel")) {
    expected.push_back(entry.path().filename());
  }
  std::sort(expected.begin(), expected.end());
  for (int i = 0; i < 2; ++i) {
    const auto names = kernel.list("sys/kernel");
    ASSERT_TRUE(names.has_value());
    EXPECT_EQ(std::vector<std::string>(names->begin(), names->end()), expected);
  }
}

TEST(Kernel, TellsAMissingFileFromAnUnreadableOne) {
  TempSystem system;
  system.directory("proc/directory");
  Kernel kernel{system.roots()};
  EXPECT_FALSE(kernel.read("proc/none").has_value());
  EXPECT_EQ(errorOf(kernel, "proc/none"), ENOENT);
  EXPECT_EQ(errorOf(kernel, "proc/directory"), EISDIR);
  EXPECT_FALSE(kernel.read("proc/directory", {EISDIR}).has_value());
}

TEST(Kernel, RefusesAFifoInsteadOfWaitingForItsWriter) {
  TempSystem system;
  ASSERT_EQ(mkfifo(system.path("sys/attribute").c_str(), 0600), 0);
  Kernel kernel{system.roots()};
  EXPECT_EQ(errorOf(kernel, "sys/attribute"), EINVAL);
}

TEST(Kernel, SeesNewContentOfAFileItReadBefore) {
  TempSystem system;
  Kernel kernel{system.roots()};
  system.file("proc/x", "1\n");
  EXPECT_EQ(kernel.readText("proc/x"), "1");
  system.file("proc/x", "22\n");
  EXPECT_EQ(kernel.readText("proc/x"), "22");
}

TEST(Kernel, KeepsDescriptorsOfProcfsUntilTheyAreIdle) {
  Kernel kernel{Roots{}};
  const std::size_t before = openDescriptors();
  kernel.require("proc/loadavg");
  kernel.require("proc/loadavg");
  EXPECT_EQ(openDescriptors(), before + 1);
  for (int scrape = 0; scrape < 20; ++scrape) kernel.endScrape();
  EXPECT_EQ(openDescriptors(), before);
  EXPECT_NE(kernel.require("proc/loadavg").text, "");
}

TEST(Kernel, KeepsNoDescriptorsOfProcessesAndRegularFiles) {
  TempSystem system;
  system.file("etc/os-release", "ID=x\n");
  Kernel kernel({"/proc", "/sys", system.roots().rootfs, ""});
  const std::size_t before = openDescriptors();
  kernel.require("etc/os-release");
  kernel.require("proc/" + std::to_string(getpid()) + "/stat");
  EXPECT_EQ(openDescriptors(), before);
}

TEST(Kernel, ReadsAttributes) {
  TempSystem system;
  system.file("sys/number", " 42\n").file("sys/negative", "-3\n").file("sys/text", "a b\n");
  Kernel kernel{system.roots()};
  EXPECT_EQ(kernel.readUnsigned("sys/number"), 42u);
  EXPECT_EQ(kernel.readInteger("sys/negative"), -3);
  EXPECT_EQ(kernel.readText("sys/text"), "a b");
  EXPECT_EQ(kernel.textOrEmpty("sys/none"), "");
  EXPECT_THROW(kernel.readUnsigned("sys/negative"), ParseError);
}

TEST(Kernel, ListsNamesInOrder) {
  TempSystem system;
  system.file("sys/d/b", "").file("sys/d/a", "").directory("sys/d/c");
  Kernel kernel{system.roots()};
  EXPECT_THAT(kernel.list("sys/d").value(), testing::ElementsAre("a", "b", "c"));
  EXPECT_FALSE(kernel.list("sys/none").has_value());
}

TEST(Kernel, KeepsDirectoriesOfProcfsAndSeesTheirChanges) {
  Kernel kernel{Roots{}};
  const std::string tasks = "proc/self/task";
  const std::size_t before = openDescriptors();
  EXPECT_EQ(kernel.list(tasks)->size(), 1u);
  EXPECT_EQ(openDescriptors(), before + 1);
  std::jthread other([](const std::stop_token& stop) {
    while (!stop.stop_requested()) std::this_thread::yield();
  });
  EXPECT_EQ(kernel.list(tasks)->size(), 2u);
}

TEST(Kernel, KeepsADescriptorWhoseReadFailsForALastingReason) {
  Kernel kernel{Roots{}};
  const std::size_t before = openDescriptors();
  // The kernel answers EINVAL to a read of a loopback device's speed.
  EXPECT_EQ(errorOf(kernel, "sys/class/net/lo/speed"), EINVAL);
  EXPECT_EQ(openDescriptors(), before + 1);
  EXPECT_EQ(errorOf(kernel, "sys/class/net/lo/speed"), EINVAL);
}

TEST(Kernel, ReadsLinks) {
  TempSystem system;
  system.link("sys/link", "../target");
  const Kernel kernel{system.roots()};
  EXPECT_EQ(kernel.linkTarget("sys/link"), "../target");
  EXPECT_EQ(kernel.linkTarget("sys/none"), std::nullopt);
}

}  // namespace orchestrator_exporter
