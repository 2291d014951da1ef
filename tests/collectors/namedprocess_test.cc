#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include "tests/support/exposition_check.h"
#include "tests/support/scraped_collector.h"
#include "tests/support/test_process.h"

// The collector over real processes of this machine: each test starts its own, under a name that no
// other process has, and compares with what the kernel's files say of them.
namespace exporter {

namespace {

using test::await;
using test::burnCpu;
using test::numberBehind;
using test::processFile;
using test::statField;
using test::TestProcess;
using test::uniqueName;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr double kPage = 4096;

Flags namesFlags(const std::string& names) {
  return Flags{{"collector.namedprocess.names", names}};
}

// A collector on this machine; comes back when processes that start from now on count as young.
class Watch : public ScrapedCollector {
 public:
  explicit Watch(const Flags& flags) : ScrapedCollector("namedprocess", Roots{}, flags) {
    const double tick = bootTicks();
    await([&] { return bootTicks() > tick + 2; });
  }
  explicit Watch(const std::string& names) : Watch(namesFlags(names)) {}

  // A series of a family, such as "num_procs", of a group.
  std::optional<double> find(const std::string& family, const std::string& group,
                             const std::string& before = {}, const std::string& behind = {}) const {
    return value("namedprocess_namegroup_" + family + "{" + before + "groupname=\"" + group + "\"" +
                 behind + "}");
  }
  double of(const std::string& family, const std::string& group, const std::string& before = {},
            const std::string& behind = {}) const {
    return find(family, group, before, behind).value_or(-1);
  }
  double cpu(const std::string& group) const {
    return of("cpu_seconds_total", group, "", ",mode=\"user\"") +
           of("cpu_seconds_total", group, "", ",mode=\"system\"");
  }

 private:
  static double bootTicks() {
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return 100 * (static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9);
  }
};

// What `act` tells in a process of user 65534 without capabilities.
std::string asNobody(const std::function<std::string()>& act) {
  int pipe[2];
  if (pipe2(pipe, O_CLOEXEC) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    std::string told = "cannot become nobody";
    if (setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0) told = act();
    _exit(write(pipe[1], told.data(), told.size()) < 0 ? 1 : 0);
  }
  close(pipe[1]);
  std::string told(4096, '\0');
  const ssize_t size = read(pipe[0], told.data(), told.size());
  close(pipe[0]);
  waitpid(child, nullptr, 0);
  told.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return told;
}

double ticksOf(pid_t pid) { return statField(pid, 14) + statField(pid, 15); }

}  // namespace

TEST(Namedprocess, CountsAllThatAYoungProcessDid) {
  const std::string name = uniqueName("young");
  Watch watch(name);
  TestProcess process(name, [] { burnCpu(0.05); });
  process.perform();
  process.awaitState('S');
  watch.scrape();
  EXPECT_EQ(watch.of("num_procs", name), 1);
  EXPECT_GE(ticksOf(process.pid()), 3);
  EXPECT_DOUBLE_EQ(watch.cpu(name), ticksOf(process.pid()) / 100);
  EXPECT_EQ(watch.of("minor_page_faults_total", name), statField(process.pid(), 10));
}

TEST(Namedprocess, CountsOfAnOlderProcessOnlyItsGrowth) {
  const std::string name = uniqueName("older");
  TestProcess process(name, [] { burnCpu(0.05); });
  process.perform();
  process.awaitState('S');
  const double before = ticksOf(process.pid());
  Watch watch(name);
  watch.scrape();
  EXPECT_EQ(watch.cpu(name), 0);
  process.perform();
  process.awaitState('S');
  watch.scrape();
  EXPECT_GE(ticksOf(process.pid()), before + 3);
  EXPECT_DOUBLE_EQ(watch.cpu(name), (ticksOf(process.pid()) - before) / 100);
}

TEST(Namedprocess, SeesWhatAProcessDidThatRestedForScrapes) {
  const std::string name = uniqueName("rests");
  TestProcess process(
      name, [] { std::ofstream("/var/tmp/" + uniqueName("rests")) << std::string(100'000, 'x'); });
  process.awaitState('S');
  Watch watch(name);
  for (int i = 0; i < 3; ++i) watch.scrape();
  const double voluntary = numberBehind(process.pid(), "status", "voluntary_ctxt_switches");
  const double written = numberBehind(process.pid(), "io", "write_bytes");
  process.perform();
  process.awaitState('S');
  watch.scrape();
  unlink(("/var/tmp/" + std::string("rests") + std::to_string(process.pid())).c_str());
  EXPECT_EQ(watch.of("write_bytes_total", name),
            numberBehind(process.pid(), "io", "write_bytes") - written);
  const double switches = watch.of("context_switches_total", name, "ctxswitchtype=\"voluntary\",");
  EXPECT_GE(switches, 1);
  EXPECT_EQ(switches, numberBehind(process.pid(), "status", "voluntary_ctxt_switches") - voluntary);
}

TEST(Namedprocess, GivesMemoryAndDescriptorsAsTheKernelTellsThem) {
  const std::string name = uniqueName("memory");
  Watch watch(
      Flags{{"collector.namedprocess.names", name}, {"collector.namedprocess.smaps", "true"}});
  TestProcess process(name, [] {
    const struct rlimit limit { 200, 200 };
    setrlimit(RLIMIT_NOFILE, &limit);
    for (int i = 0; i < 10; ++i) dup(0);
  });
  process.perform();
  process.awaitState('S');
  watch.scrape();
  const pid_t pid = process.pid();
  EXPECT_EQ(watch.of("memory_bytes", name, "", ",memtype=\"resident\""),
            statField(pid, 24) * kPage);
  EXPECT_EQ(watch.of("memory_bytes", name, "", ",memtype=\"virtual\""), statField(pid, 23));
  EXPECT_EQ(watch.of("memory_bytes", name, "", ",memtype=\"swapped\""),
            numberBehind(pid, "status", "VmSwap") * 1024);
  // Others map the same pages meanwhile.
  EXPECT_NEAR(watch.of("memory_bytes", name, "", ",memtype=\"proportionalResident\""),
              numberBehind(pid, "smaps_rollup", "Pss") * 1024, 4e6);
  const auto open = static_cast<double>(
      std::distance(std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd"),
                    std::filesystem::directory_iterator()));
  EXPECT_GE(open, 12);
  EXPECT_EQ(watch.of("open_filedesc", name), open);
  EXPECT_DOUBLE_EQ(watch.of("worst_fd_ratio", name), open / 200);
  EXPECT_EQ(watch.of("num_threads", name), 1);
  EXPECT_EQ(watch.of("states", name, "", ",state=\"Sleeping\""), 1);
}

TEST(Namedprocess, LeavesProportionalMemoryOutUnlessItIsAskedFor) {
  const std::string name = uniqueName("nosmaps");
  TestProcess process(name);
  Watch watch(name);
  watch.scrape();
  EXPECT_TRUE(watch.find("memory_bytes", name, "", ",memtype=\"resident\""));
  EXPECT_FALSE(watch.find("memory_bytes", name, "", ",memtype=\"proportionalResident\""));
}

TEST(Namedprocess, KeepsTheSumsOfAProcessThatHasEnded) {
  const std::string name = uniqueName("ended");
  Watch watch(name);
  TestProcess process(name, [] { burnCpu(0.05); });
  process.perform();
  process.awaitState('S');
  watch.scrape();
  const double cpu = watch.cpu(name);
  EXPECT_GT(cpu, 0);
  process.end();
  watch.scrape();
  EXPECT_EQ(watch.cpu(name), cpu);
  EXPECT_EQ(watch.of("num_procs", name), 0);
  EXPECT_EQ(watch.of("open_filedesc", name), 0);
  EXPECT_EQ(watch.of("worst_fd_ratio", name), 0);
  EXPECT_EQ(watch.of("memory_bytes", name, "", ",memtype=\"resident\""), 0);
  EXPECT_EQ(watch.of("oldest_start_time_seconds", name), -62135596800);
}

TEST(Namedprocess, ForgetsAGroupThatHasEndedWhereThatIsAskedFor) {
  const std::string name = uniqueName("forget");
  Watch watch(Flags{{"collector.namedprocess.names", name},
                    {"collector.namedprocess.remove-empty-groups", "true"}});
  TestProcess process(name);
  watch.scrape();
  EXPECT_EQ(watch.of("num_procs", name), 1);
  process.end();
  watch.scrape();
  EXPECT_EQ(watch.find("num_procs", name), std::nullopt);
}

TEST(Namedprocess, KeepsAProcessInItsGroupThroughExec) {
  const std::string name = uniqueName("exec");
  TestProcess process(name, [] { execlp("sleep", "sleep", "1000", nullptr); });
  Watch watch(name);
  watch.scrape();
  process.begin();
  await([&] { return processFile(process.pid(), "comm") == "sleep\n"; });
  process.awaitState('S');
  watch.scrape();
  EXPECT_EQ(watch.of("num_procs", name), 1);
  EXPECT_EQ(watch.of("memory_bytes", name, "", ",memtype=\"virtual\""),
            statField(process.pid(), 23));
}

TEST(Namedprocess, KeepsAProcessInItsGroupThatChangesItsName) {
  const std::string name = uniqueName("named");
  const std::string other = uniqueName("other");
  TestProcess process(name, [&] { prctl(PR_SET_NAME, other.c_str()); });
  Watch watch(name + "," + other);
  watch.scrape();
  process.perform();
  watch.scrape();
  EXPECT_EQ(watch.of("num_procs", name), 1);
  EXPECT_EQ(watch.find("num_procs", other), std::nullopt);
}

TEST(Namedprocess, CountsChildrenOfNoRuleWithTheirParent) {
  const std::string name = uniqueName("parent");
  TestProcess parent(name, [] {
    const TestProcess* const child = new TestProcess("of-no-rule");
    static_cast<void>(child);
  });
  Watch watch(name);
  Watch withoutChildren(
      Flags{{"collector.namedprocess.names", name}, {"collector.namedprocess.children", "false"}});
  parent.perform();
  watch.scrape();
  EXPECT_EQ(watch.of("num_procs", name), 2);
  withoutChildren.scrape();
  EXPECT_EQ(withoutChildren.of("num_procs", name), 1);
}

TEST(Namedprocess, CountsAZombieAsAProcessWithoutMemory) {
  const std::string name = uniqueName("zombie");
  TestProcess process(name);
  Watch watch(name);
  watch.scrape();
  process.die();
  watch.scrape();
  EXPECT_EQ(watch.of("num_procs", name), 1);
  EXPECT_EQ(watch.of("states", name, "", ",state=\"Zombie\""), 1);
  EXPECT_EQ(watch.of("states", name, "", ",state=\"Sleeping\""), 0);
  EXPECT_EQ(watch.of("memory_bytes", name, "", ",memtype=\"resident\""), 0);
}

TEST(Namedprocess, TakesAReusedNumberForAnotherProcess) {
  const std::string first = uniqueName("first");
  const std::string second = uniqueName("second");
  Watch watch(first + "," + second);
  TestProcess process(first, [] { burnCpu(0.05); });
  const pid_t pid = process.pid();
  process.perform();
  process.awaitState('S');
  watch.scrape();
  const double cpu = watch.cpu(first);
  const double start = statField(pid, 22);
  process.end();
  // Start times have hundredths of a second.
  await([&] { return TestProcess(uniqueName("clock")).pid() > 0; });
  std::optional<TestProcess> reuse;
  try {
    reuse.emplace(
        second, [] { burnCpu(0.05); }, pid);
  } catch (const std::system_error& error) {
    GTEST_SKIP() << "process numbers cannot be chosen: " << error.what();
  }
  reuse->perform();
  reuse->awaitState('S');
  ASSERT_GT(statField(pid, 22), start);
  watch.scrape();
  EXPECT_EQ(watch.of("num_procs", first), 0);
  EXPECT_EQ(watch.cpu(first), cpu);
  EXPECT_EQ(watch.of("num_procs", second), 1);
  EXPECT_DOUBLE_EQ(watch.cpu(second), ticksOf(pid) / 100);
}

TEST(Namedprocess, CountsThreadsByTheirNames) {
  const std::string name = uniqueName("threads");
  int step = 0;
  std::atomic<bool> stop = false;
  std::thread worker;
  TestProcess process(name, [&] {
    if (++step == 1) {
      std::atomic<bool> burnt = false;
      worker = std::thread([&] {
        prctl(PR_SET_NAME, "worker");
        burnCpu(0.05);
        burnt = true;
        while (!stop) pause();
      });
      await([&] { return burnt.load(); });
    } else {
      _exit(0);
    }
  });
  Watch watch(name);
  process.perform();
  watch.scrape();
  process.awaitState('S');
  watch.scrape();
  EXPECT_EQ(watch.of("num_threads", name), 2);
  EXPECT_EQ(watch.of("thread_count", name, "", ",threadname=\"worker\""), 1);
  EXPECT_EQ(watch.of("thread_count", name, "", ",threadname=\"" + name + "\""), 1);
  // The process, and its two threads.
  EXPECT_EQ(watch.of("states", name, "", ",state=\"Sleeping\""), 3);
  process.end();
  watch.scrape();
  EXPECT_EQ(watch.find("thread_count", name, "", ",threadname=\"worker\""), std::nullopt);
}

TEST(Namedprocess, CountsWhatAThreadDoesAfterItWasFirstSeen) {
  const std::string name = uniqueName("busy");
  std::atomic<int> wanted = 0;
  std::atomic<int> done = 0;
  TestProcess process(name, [&] {
    if (wanted == 0) {
      std::thread([&] {
        prctl(PR_SET_NAME, "busy-one");
        for (;; done = wanted.load()) {
          while (done == wanted) usleep(1000);
          burnCpu(0.05);
        }
      }).detach();
    }
    ++wanted;
    await([&] { return done == wanted; });
  });
  process.perform();
  Watch watch(name);
  process.perform();
  watch.scrape();
  const auto seconds = [&](const std::string& mode) {
    return watch.of("thread_cpu_seconds_total", name, "",
                    ",mode=\"" + mode + "\",threadname=\"busy-one\"");
  };
  EXPECT_GE(seconds("user") + seconds("system"), 0.03);
}

TEST(Namedprocess, LeavesTheThreadFamiliesOutWhereThatIsAskedFor) {
  const std::string name = uniqueName("nothread");
  TestProcess process(name, [] { std::thread([] { pause(); }).detach(); });
  process.perform();
  Watch watch(
      Flags{{"collector.namedprocess.names", name}, {"collector.namedprocess.threads", "false"}});
  watch.scrape();
  EXPECT_EQ(watch.of("num_threads", name), 2);
  EXPECT_THAT(watch.body(), testing::Not(HasSubstr("namedprocess_namegroup_thread_")));
}

TEST(Namedprocess, NamesAProcessLaterOnlyWithRecheck) {
  const std::string name = uniqueName("later");
  TestProcess process("before", [&] { prctl(PR_SET_NAME, name.c_str()); });
  Watch once(name);
  Watch again(
      Flags{{"collector.namedprocess.names", name}, {"collector.namedprocess.recheck", "true"}});
  process.perform();
  once.scrape();
  again.scrape();
  EXPECT_EQ(once.find("num_procs", name), std::nullopt);
  EXPECT_EQ(again.of("num_procs", name), 1);
}

TEST(Namedprocess, WritesHostileNamesAndArgumentsAsValidText) {
  const std::string hostile = "a\"\\\n\xff) S 1 {";
  TestProcess named(hostile, [] {
    std::string argument(64 * 1024, '"');
    for (std::size_t i = 0; i < argument.size(); i += 7) argument[i] = '\n';
    argument[5] = '\xfe';
    argument[6] = '\\';
    execlp("sleep", argument.c_str(), "1000", nullptr);
  });
  TempSystem files;
  files.file("all.yml",
             "process_names: [{name: 'hostile {{.Comm}} {{.Matches.All}}', cmdline: "
             "['(?s)(?P<All>.*)']}]");
  const Flags flags{{"collector.namedprocess.config", files.path("all.yml")}};
  Watch whileNamed(flags);
  whileNamed.scrape();
  EXPECT_EQ(expositionFault(whileNamed.body()), "");
  EXPECT_THAT(whileNamed.body(), HasSubstr(R"(groupname="hostile a\"\\\n)"
                                           "\xef\xbf\xbd) S 1 {"));
  named.begin();
  await([&] { return processFile(named.pid(), "comm") == "sleep\n"; });
  Watch withArguments(flags);
  withArguments.scrape();
  EXPECT_EQ(expositionFault(withArguments.body()), "");
  EXPECT_GT(withArguments.body().size(), 64U * 1024);
}

TEST(Namedprocess, CountsWhatItMayNotReadAndLeavesItOut) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to be able to become nobody";
  const std::string name = uniqueName("refused");
  TestProcess process(name);
  const std::string told = asNobody([&] {
    Watch watch(name);
    watch.scrape();
    return std::to_string(watch.of("num_procs", name)) +
           (watch.find("read_bytes_total", name) ? " read" : " unread") +
           (watch.at("namedprocess_scrape_partial_errors") >= 1 ? " counted: " : " uncounted: ") +
           watch.complaint();
  });
  EXPECT_THAT(told, HasSubstr("1.000000 unread counted: io"));
  EXPECT_THAT(told, HasSubstr("of some processes cannot be read: CAP_SYS_PTRACE"));
}

TEST(Namedprocess, GivesTheBuildOfTheExporterForDashboards) {
  Watch watch("none");
  watch.scrape();
  EXPECT_THAT(watch.body(), HasSubstr("\nprocess_exporter_build_info{branch="));
}

TEST(Namedprocess, TracksNothingWithoutRules) {
  Watch watch(Flags{});
  watch.scrape();
  EXPECT_THAT(watch.body(), testing::Not(HasSubstr("groupname")));
  EXPECT_EQ(watch.at("namedprocess_scrape_errors"), 0);
}

}  // namespace exporter
