#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/exposition_check.h"
#include "tests/support/process_watch.h"
#include "tests/support/test_process.h"

// The collector over real processes of this machine: each test starts its own, under a name that no
// other process has, and compares with what the kernel's files say of them.
namespace orchestrator_exporter {

namespace {

using test::asNobody;
using test::await;
using test::burnCpu;
using test::numberBehind;
using test::processFile;
using test::ProcessWatch;
using test::statField;
using test::TestProcess;
using test::uniqueName;
using testing::HasSubstr;

const auto kPage = static_cast<double>(sysconf(_SC_PAGESIZE));

double ticksOf(pid_t pid) { return statField(pid, 14) + statField(pid, 15); }

}  // namespace

TEST(Namedprocess, CountsAllThatAYoungProcessDid) {
  const std::string name = uniqueName("young");
  ProcessWatch watch(name);
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
  ProcessWatch watch(name);
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
  ProcessWatch watch(name);
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
  ProcessWatch watch(
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
  ProcessWatch watch(name);
  watch.scrape();
  EXPECT_TRUE(watch.find("memory_bytes", name, "", ",memtype=\"resident\""));
  EXPECT_FALSE(watch.find("memory_bytes", name, "", ",memtype=\"proportionalResident\""));
}

TEST(Namedprocess, KeepsTheSumsOfAProcessThatHasEnded) {
  const std::string name = uniqueName("ended");
  ProcessWatch watch(name);
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
  ProcessWatch watch(Flags{{"collector.namedprocess.names", name},
                           {"collector.namedprocess.remove-empty-groups", "true"}});
  TestProcess process(name);
  watch.scrape();
  EXPECT_EQ(watch.of("num_procs", name), 1);
  process.end();
  watch.scrape();
  EXPECT_EQ(watch.find("num_procs", name), std::nullopt);
}

TEST(Namedprocess, KeepsAProcessInItsGroupThatChangesItsName) {
  const std::string name = uniqueName("named");
  const std::string other = uniqueName("other");
  TestProcess process(name, [&] { prctl(PR_SET_NAME, other.c_str()); });
  ProcessWatch watch(name + "," + other);
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
  ProcessWatch watch(name);
  ProcessWatch withoutChildren(
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
  ProcessWatch watch(name);
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
  ProcessWatch watch(first + "," + second);
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

TEST(Namedprocess, NamesAProcessLaterOnlyWithRecheck) {
  const std::string name = uniqueName("later");
  TestProcess process("before", [&] { prctl(PR_SET_NAME, name.c_str()); });
  ProcessWatch once(name);
  ProcessWatch again(
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
  ProcessWatch whileNamed(flags);
  whileNamed.scrape();
  EXPECT_EQ(expositionFault(whileNamed.body()), "");
  EXPECT_THAT(whileNamed.body(), HasSubstr(R"(groupname="hostile a\"\\\n)"
                                           "\xef\xbf\xbd) S 1 {"));
  named.begin();
  await([&] { return processFile(named.pid(), "comm") == "sleep\n"; });
  ProcessWatch withArguments(flags);
  withArguments.scrape();
  EXPECT_EQ(expositionFault(withArguments.body()), "");
  EXPECT_GT(withArguments.body().size(), 64U * 1024);
}

TEST(Namedprocess, CountsWhatItMayNotReadAndLeavesItOut) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to be able to become nobody";
  const std::string name = uniqueName("refused");
  TestProcess process(name);
  const std::string told = asNobody([&] {
    ProcessWatch watch(name);
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
  ProcessWatch watch("none");
  watch.scrape();
  EXPECT_THAT(watch.body(), HasSubstr("\nprocess_exporter_build_info{branch="));
}

TEST(Namedprocess, TracksNothingWithoutRules) {
  ProcessWatch watch(Flags{});
  watch.scrape();
  EXPECT_THAT(watch.body(), testing::Not(HasSubstr("groupname")));
  EXPECT_EQ(watch.at("namedprocess_scrape_errors"), 0);
}

}  // namespace orchestrator_exporter
