#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "tests/support/process_watch.h"
#include "tests/support/test_process.h"

// The collector namedprocess over real processes that fork and execute programs: until its exec a
// child has the name and the arguments of its parent.
namespace orchestrator_exporter {

namespace {

using test::await;
using test::burnCpu;
using test::processFile;
using test::ProcessWatch;
using test::statField;
using test::TestProcess;
using test::uniqueName;

// The argument of a sleep that no other process has. Made before any fork, so that a process and the
// test that waits for it name the same.
const std::string uniqueSleep = "7000." + std::to_string(getpid());

void executeSleep() { execlp("sleep", "sleep", uniqueSleep.c_str(), nullptr); }

void awaitSleep(const TestProcess& process) {
  await([&] {
    return processFile(process.pid(), "cmdline") ==
           "sleep" + std::string(1, '\0') + uniqueSleep + std::string(1, '\0');
  });
  process.awaitState('S');
}

// A watch with two rules: "before" takes the command `name`, "after" the sleep.
class ExecWatch {
 public:
  explicit ExecWatch(const std::string& name) {
    files_.file("rules.yml", "process_names:\n- {name: after, cmdline: ['^sleep " + uniqueSleep +
                                 "$']}\n- {name: before, comm: ['" + name + "']}\n");
    watch_.emplace(Flags{{"collector.namedprocess.config", files_.path("rules.yml")}});
  }
  ProcessWatch* operator->() { return &*watch_; }

 private:
  TempSystem files_;
  std::optional<ProcessWatch> watch_;
};

}  // namespace

TEST(NamedprocessExec, MovesAProcessToTheGroupOfTheProgramThatItExecutes) {
  const std::string name = uniqueName("forked");
  ExecWatch watch(name);
  TestProcess process(name, [&] { executeSleep(); });
  watch->scrape();
  EXPECT_EQ(watch->of("num_procs", "before"), 1);
  process.begin();
  awaitSleep(process);
  watch->scrape();
  EXPECT_EQ(watch->of("num_procs", "before"), 0);
  EXPECT_EQ(watch->of("num_procs", "after"), 1);
  EXPECT_EQ(watch->of("memory_bytes", "after", "", ",memtype=\"virtual\""),
            statField(process.pid(), 23));
  EXPECT_EQ(watch->of("memory_bytes", "before", "", ",memtype=\"virtual\""), 0);
}

TEST(NamedprocessExec, TakesAProcessThatNoRuleTookBeforeItsExec) {
  ExecWatch watch("of-no-process");
  TestProcess process(uniqueName("ignored"), [] { executeSleep(); });
  watch->scrape();
  EXPECT_EQ(watch->find("num_procs", "after"), std::nullopt);
  process.begin();
  awaitSleep(process);
  watch->scrape();
  EXPECT_EQ(watch->of("num_procs", "after"), 1);
}

TEST(NamedprocessExec, SeesAnExecOfAProgramOfTheSameName) {
  ExecWatch watch("sleep");
  TestProcess process("sleep", [] { executeSleep(); });
  watch->scrape();
  const double before = watch->of("num_procs", "before");
  EXPECT_GE(before, 1);
  EXPECT_EQ(watch->find("num_procs", "after"), std::nullopt);
  process.begin();
  awaitSleep(process);
  watch->scrape();
  EXPECT_EQ(watch->of("num_procs", "after"), 1);
}

TEST(NamedprocessExec, KeepsWhatAProcessDidBeforeItsExecInTheGroupBefore) {
  const std::string name = uniqueName("worked");
  ExecWatch watch(name);
  int step = 0;
  TestProcess process(name, [&] {
    if (++step > 1) executeSleep();
    burnCpu(0.05);
  });
  process.perform();
  process.awaitState('S');
  watch->scrape();
  const double before = watch->cpu("before");
  EXPECT_GE(before, 0.03);
  process.begin();
  awaitSleep(process);
  watch->scrape();
  EXPECT_EQ(watch->cpu("before"), before);
  const double all = (statField(process.pid(), 14) + statField(process.pid(), 15)) / 100;
  EXPECT_NEAR(watch->cpu("after"), all - before, 1e-9);
}

TEST(NamedprocessExec, LeavesAProgramOfNoRuleInTheGroupOfItsParent) {
  const std::string name = uniqueName("launcher");
  std::optional<TestProcess> child;
  TestProcess parent(name, [&] {
    if (!child) {
      child.emplace(uniqueName("child"), [] { execlp("sleep", "sleep", "1000", nullptr); });
    } else {
      child->begin();
      await([&] { return processFile(child->pid(), "comm") == "sleep\n"; });
    }
  });
  ProcessWatch watch(name);
  parent.perform();
  watch.scrape();
  EXPECT_EQ(watch.of("num_procs", name), 2);
  parent.perform();
  watch.scrape();
  EXPECT_EQ(watch.of("num_procs", name), 2);
}

TEST(NamedprocessExec, ForgetsAProcessThatExecutesAProgramOfNoRule) {
  const std::string name = uniqueName("leaves");
  TestProcess process(name, [] { executeSleep(); });
  ProcessWatch watch(name);
  watch.scrape();
  EXPECT_EQ(watch.of("num_procs", name), 1);
  process.begin();
  awaitSleep(process);
  watch.scrape();
  EXPECT_EQ(watch.of("num_procs", name), 0);
}

TEST(NamedprocessExec, MovesAProcessThatBecomesAnotherUserIfARuleAsksForUsers) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to be able to become nobody";
  const std::string name = uniqueName("user");
  TempSystem files;
  files.file("rules.yml",
             "process_names: [{name: '" + name + " {{.Username}}', comm: ['" + name + "']}]");
  TestProcess process(name, [] { static_cast<void>(setresuid(54321, 54321, 54321)); });
  ProcessWatch watch(Flags{{"collector.namedprocess.config", files.path("rules.yml")}});
  watch.scrape();
  EXPECT_EQ(watch.of("num_procs", name + " root"), 1);
  process.perform();
  watch.scrape();
  EXPECT_EQ(watch.of("num_procs", name + " root"), 0);
  EXPECT_EQ(watch.of("num_procs", name + " 54321"), 1);
}

TEST(NamedprocessExec, HoldsExpressionsAgainstTheArgumentsFromTheFirstOn) {
  TempSystem files;
  files.file("rules.yml",
             "process_names:\n- {name: 'first {{.Matches.First}}', cmdline: ['^(?P<First>[^ ]*) " +
                 uniqueSleep + "']}\n");
  TestProcess process(uniqueName("anchored"), [] { executeSleep(); });
  process.begin();
  awaitSleep(process);
  ProcessWatch named(Flags{{"collector.namedprocess.config", files.path("rules.yml")}});
  named.scrape();
  EXPECT_EQ(named.of("num_procs", "first sleep"), 1);
  ProcessWatch mapped(
      Flags{{"collector.namedprocess.name-mapping", "sleep,^(sleep) " + uniqueSleep + "$"}});
  mapped.scrape();
  EXPECT_EQ(mapped.of("num_procs", "sleep:sleep"), 1);
}

}  // namespace orchestrator_exporter
