#include "exporter/kernel/descriptor_cache.h"

#include <gmock/gmock.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <thread>

#include "tests/support/collectors.h"
#include "tests/support/network_test.h"
#include "tests/support/open_descriptors.h"

// The cache over this machine's procfs and sysfs, whose files it keeps open, and over trees of
// files, which it does not.
namespace orchestrator_exporter {

namespace {

using test::openDescriptors;

// A cache over roots that it refers to.
struct Cache {
  explicit Cache(Roots where = {}) : roots(std::move(where)), files(roots) {}

  DescriptorCache::Result read(std::string_view path) { return files.read(path, arena); }
  DescriptorCache::Listing list(std::string_view path) { return files.list(path, arena); }

  Roots roots;
  Arena arena;
  DescriptorCache files;
};

// The soft limit of open descriptors for as long as the object lives.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t soft) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit limit{soft, before_.rlim_max};
    EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
  ~DescriptorLimit() { setrlimit(RLIMIT_NOFILE, &before_); }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;

 private:
  rlimit before_{};
};

// Settings of the kernel that can be read, of which there are well over a hundred.
std::vector<std::string> manyFiles() {
  std::vector<std::string> paths;
  for (const char* directory : {"kernel", "vm", "net/core", "net/ipv4"}) {
    const std::string path = std::string("/proc/sys/") + directory;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      struct stat status {};
      if (stat(entry.path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
      if ((status.st_mode & S_IRUSR) != 0) paths.push_back(entry.path().string().substr(1));
    }
  }
  return paths;
}

}  // namespace

TEST(DescriptorCache, KeepsAQuarterOfWhatTheProcessMayOpen) {
  const std::vector<std::string> paths = manyFiles();
  ASSERT_GT(paths.size(), 100u);
  const DescriptorLimit limit(320);
  Cache cache;
  const std::size_t before = openDescriptors();
  for (const std::string& path : paths) cache.read(path);
  EXPECT_EQ(openDescriptors(), before + 80);
  // Those beyond are read all the same.
  EXPECT_EQ(cache.read("proc/loadavg").error, 0);
  EXPECT_EQ(openDescriptors(), before + 80);
}

TEST(DescriptorCache, KeepsAtLeast64) {
  const DescriptorLimit limit(100);
  Cache cache;
  const std::size_t before = openDescriptors();
  for (const std::string& path : manyFiles()) cache.read(path);
  EXPECT_EQ(openDescriptors(), before + 64);
}

TEST(DescriptorCache, KeepsAsManyHoweverManyPathsAreKnownToBeMissing) {
  const DescriptorLimit limit(256);
  Cache cache;
  cache.files.rememberWhatIsMissing();
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(cache.read("sys/kernel/missing" + std::to_string(i)).error, ENOENT);
  }
  const std::size_t before = openDescriptors();
  for (const std::string& path : manyFiles()) cache.read(path);
  EXPECT_EQ(openDescriptors(), before + 64);
}

TEST(DescriptorCache, KeepsNoFilesOfOtherFileSystems) {
  TempSystem system;
  system.file("sys/class/a", "1\n").file("proc/b", "2\n").directory("sys/class/c");
  Cache cache(system.roots());
  const std::size_t before = openDescriptors();
  EXPECT_EQ(cache.read("sys/class/a").text, "1\n");
  EXPECT_EQ(cache.read("proc/b").text, "2\n");
  EXPECT_EQ(cache.list("sys/class").error, 0);
  EXPECT_EQ(cache.list("sys/class/c").error, 0);
  EXPECT_EQ(openDescriptors(), before);
}

TEST(DescriptorCache, KeepsNoFilesOfCgroups) {
  Cache cache;
  const std::size_t before = openDescriptors();
  if (cache.read("sys/fs/cgroup/cgroup.procs").error != 0) GTEST_SKIP() << "no cgroups";
  EXPECT_EQ(cache.list("sys/fs/cgroup").error, 0);
  EXPECT_EQ(openDescriptors(), before);
}

TEST(DescriptorCache, KeepsFilesOfProcess1ButOfNoOther) {
  Cache cache;
  const std::size_t before = openDescriptors();
  EXPECT_EQ(cache.read("proc/" + std::to_string(getpid()) + "/stat").error, 0);
  EXPECT_EQ(cache.read("proc/self/task/" + std::to_string(getpid()) + "/stat").error, 0);
  EXPECT_EQ(openDescriptors(), before);
  EXPECT_EQ(cache.read("proc/1/stat").error, 0);
  EXPECT_EQ(cache.read("proc/self/stat").error, 0);
  EXPECT_EQ(openDescriptors(), before + 2);
}

TEST(DescriptorCache, OpensAgainWhatBelongedToAThreadThatIsGone) {
  Cache cache;
  const auto nameOfThread = [&] { return std::string(cache.read("proc/thread-self/comm").text); };
  std::thread other([&] {
    pthread_setname_np(pthread_self(), "other");
    EXPECT_EQ(nameOfThread(), "other\n");
  });
  other.join();
  // The kept descriptor is of the other thread: the kernel answers ESRCH.
  EXPECT_NE(nameOfThread(), "other\n");
  EXPECT_EQ(cache.read("proc/thread-self/comm").error, 0);
}

TEST(DescriptorCache, NamesTheErrorOfWhatCannotBeRead) {
  TempSystem system;
  system.directory("proc/directory").file("proc/file", "").link("proc/dangling", "gone");
  Cache cache(system.roots());
  EXPECT_EQ(cache.read("proc/missing").error, ENOENT);
  EXPECT_EQ(cache.read("proc/file/below").error, ENOTDIR);
  EXPECT_EQ(cache.read("proc/directory").error, EISDIR);
  EXPECT_EQ(cache.read("proc/dangling").error, ENOENT);
  EXPECT_EQ(cache.list("proc/file").error, ENOTDIR);
  EXPECT_EQ(cache.list("proc/missing").error, ENOENT);
  EXPECT_EQ(cache.read("proc/missing").text, "");
}

TEST(DescriptorCache, LeavesPlainFilesOutIfThatIsAskedFor) {
  TempSystem system;
  system.file("sys/d/file", "").directory("sys/d/directory").link("sys/d/link", "file");
  Cache cache(system.roots());
  EXPECT_THAT(cache.list("sys/d").names,
              testing::UnorderedElementsAre("file", "directory", "link"));
  EXPECT_THAT(cache.files.list("sys/d", cache.arena, DescriptorCache::Listed::kNoPlainFiles).names,
              testing::UnorderedElementsAre("directory", "link"));
}

TEST(DescriptorCache, LooksAgainForWhatWasMissingOnceItIsTold) {
  const std::string path = "proc/sys/kernel/missing";
  Cache cache;
  cache.files.rememberWhatIsMissing();
  EXPECT_FALSE(cache.files.exists(path));
  EXPECT_EQ(cache.read(path).error, ENOENT);
  EXPECT_EQ(cache.list(path).error, ENOENT);
  // What is there is not looked for among what is missing, nor the other way round.
  EXPECT_TRUE(cache.files.exists("proc/sys/kernel"));
  EXPECT_EQ(cache.read("proc/sys/kernel/ostype").text, "Linux\n");
  cache.files.lookAnew();
  EXPECT_FALSE(cache.files.exists(path));
}

TEST(DescriptorCache, ClosesWhatTheLastScrapesDidNotRead) {
  Cache cache;
  const std::size_t before = openDescriptors();
  cache.read("proc/loadavg");
  cache.read("proc/uptime");
  EXPECT_EQ(openDescriptors(), before + 2);
  for (int scrape = 0; scrape < 20; ++scrape) {
    cache.read("proc/uptime");
    cache.files.age();
  }
  EXPECT_EQ(openDescriptors(), before + 1);
}

TEST(DescriptorCache, ReadsInAsManyPiecesAsTheKernelGives) {
  Cache cache;
  // Two thousand lines of some seventy bytes, more than a page.
  const auto symbols = cache.read("proc/kallsyms");
  if (symbols.error != 0) GTEST_SKIP() << "no proc/kallsyms";
  EXPECT_GT(symbols.text.size(), 100'000u);
  EXPECT_EQ(symbols.text.back(), '\n');
}

TEST(DescriptorCache, ReadsShortRecordsToTheLastOne) {
  Cache cache;
  const auto symbols = cache.read("proc/kallsyms");
  if (symbols.error != 0) GTEST_SKIP() << "no proc/kallsyms";
  const auto records =
      cache.files.read("proc/kallsyms", cache.arena, DescriptorCache::End::kShortRecords);
  const auto lines = [](std::string_view text) {
    return std::count(text.begin(), text.end(), '\n');
  };
  EXPECT_EQ(lines(records.text), lines(symbols.text));
}

TEST(DescriptorCache, TakesAFileThatWasNotReadForAChangedOne) {
  Cache cache;
  EXPECT_TRUE(cache.files.mayHaveChanged("proc/self/mountinfo"));
  EXPECT_TRUE(cache.files.mayHaveChanged("proc/missing"));
}

TEST(DescriptorCache, HearsOnceThatTheMountTableChanged) {
  TempSystem system;
  system.directory("mnt");
  Cache cache;
  cache.read("proc/self/mountinfo");
  if (mount("none", system.path("mnt").c_str(), "tmpfs", 0, "size=1m") != 0) {
    GTEST_SKIP() << "cannot mount a tmpfs";
  }
  EXPECT_TRUE(cache.files.mayHaveChanged("proc/self/mountinfo"));
  umount2(system.path("mnt").c_str(), MNT_DETACH);
  EXPECT_TRUE(cache.files.mayHaveChanged("proc/self/mountinfo"));
}

// A block device that comes and goes with the object; has no number if there can be none.
class LoopDevice {
 public:
  LoopDevice() : control_(open("/dev/loop-control", O_RDWR | O_CLOEXEC)) {
    if (control_.isOpen()) number_ = ioctl(control_.get(), LOOP_CTL_ADD, kNumber);
  }
  ~LoopDevice() {
    if (number_ >= 0) ioctl(control_.get(), LOOP_CTL_REMOVE, number_);
  }
  LoopDevice(const LoopDevice&) = delete;
  LoopDevice& operator=(const LoopDevice&) = delete;

  bool exists() const { return number_ >= 0; }
  static std::string name() { return "loop" + std::to_string(kNumber); }

 private:
  static constexpr int kNumber = 7531;
  Descriptor control_;
  int number_ = -1;
};

TEST(DescriptorCache, ListsDevicesAnewOnceItIsTold) {
  Cache cache;
  cache.files.rememberWhatIsMissing();
  const auto listed = [&] {
    const auto names = cache.list("sys/block").names;
    return std::find(names.begin(), names.end(), LoopDevice::name()) != names.end();
  };
  ASSERT_FALSE(listed());
  const LoopDevice device;
  if (!device.exists()) GTEST_SKIP() << "no loop devices";
  EXPECT_FALSE(listed());
  cache.files.lookAnew();
  EXPECT_TRUE(listed());
}

TEST(DescriptorCache, ListsDevicesEachTimeUnlessItRemembers) {
  Cache cache;
  cache.list("sys/block");
  const LoopDevice device;
  if (!device.exists()) GTEST_SKIP() << "no loop devices";
  EXPECT_THAT(cache.list("sys/block").names, testing::Contains(LoopDevice::name()));
}

TEST(DescriptorCache, RemembersAListOfDirectoriesAloneAsSuch) {
  Cache cache;
  cache.files.rememberWhatIsMissing();
  const auto all = cache.list("sys/devices/system/cpu").names.size();
  using Listed = DescriptorCache::Listed;
  const auto folders =
      cache.files.list("sys/devices/system/cpu", cache.arena, Listed::kNoPlainFiles).names.size();
  EXPECT_LT(folders, all);
  EXPECT_EQ(cache.list("sys/devices/system/cpu").names.size(), all);
}

// What belongs to a network device goes with it, while a kept descriptor stays.
class DescriptorCacheOfDevice : public NetworkTest {};

TEST_F(DescriptorCacheOfDevice, OpensAgainWhatHasGoneAndComeBack) {
  const std::string directory = "proc/sys/net/ipv4/conf/v0";
  const std::string file = directory + "/forwarding";
  Cache cache;
  ASSERT_EQ(cache.read(file).error, 0);
  ASSERT_FALSE(cache.list(directory).names.empty());
  ASSERT_TRUE(ip("link del v0"));
  EXPECT_EQ(cache.read(file).error, ENOENT);
  EXPECT_TRUE(cache.list(directory).names.empty());
  ASSERT_TRUE(ip("link add v0 type veth peer name v1"));
  EXPECT_EQ(cache.read(file).error, 0);
  EXPECT_FALSE(cache.list(directory).names.empty());
}

TEST_F(DescriptorCacheOfDevice, RemembersHowItGotItsNameUntilItLooksAnew) {
  const std::string file = "sys/class/net/v0/name_assign_type";
  Cache cache;
  cache.files.rememberWhatIsMissing();
  const auto first = cache.read(file);
  if (first.error != 0) GTEST_SKIP() << "sysfs is that of another network namespace";
  ASSERT_TRUE(ip("link del v0"));
  EXPECT_EQ(cache.read(file).text, first.text);
  cache.files.lookAnew();
  EXPECT_EQ(cache.read(file).error, ENOENT);
}

}  // namespace orchestrator_exporter
