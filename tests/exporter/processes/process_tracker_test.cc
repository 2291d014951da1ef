#include "exporter/processes/process_tracker.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/followed_processes.h"
#include "tests/support/process_copy.h"

// Which group has a process, over trees that stand for procfs: in them everything can be had at any
// time. Real processes are in namedprocess_test.cc.
namespace orchestrator_exporter {

namespace {

using namespace test;
using Followed = FollowedProcesses;

}  // namespace

TEST(ProcessTracker, MovesAProcessThatTakesAnotherUserIfARuleAsksForUsers) {
  const std::string users = "root:x:0:0::/:/bin/sh\nwww:x:33:33::/:/bin/sh\n";
  Followed followed("process_names: [{name: '{{.Username}}', comm: [app]}]");
  followed.system.file("etc/passwd", users);
  writeProcess(followed.system, {});
  writeProcess(followed.system, {.id = 20, .command = "helper", .parent = 10});
  followed.pass();
  EXPECT_EQ(followed.members("root"), 2);
  writeProcess(followed.system, {.user = 33});
  // What goes with its parent is named by the parent's user, whatever its own.
  writeProcess(followed.system, {.id = 20, .command = "helper", .parent = 10, .user = 7});
  followed.pass();
  EXPECT_EQ(followed.members("www"), 1);
  EXPECT_EQ(followed.members("root"), 1);
}

TEST(ProcessTracker, KeepsAProcessThatTakesAnotherUserIfNoRuleAsks) {
  Followed followed("process_names: [{name: '{{.Comm}}-{{.PID}}', comm: [app]}]");
  writeProcess(followed.system, {});
  followed.pass();
  writeProcess(followed.system, {.user = 33});
  followed.pass();
  EXPECT_EQ(followed.members("app-10"), 1);
}

TEST(ProcessTracker, MovesAProcessThatIsPutIntoAnotherCgroupIfARuleAsksForCgroups) {
  Followed followed("process_names: [{name: '{{index .Cgroups 0}}', comm: [app]}]");
  writeProcess(followed.system, {});
  followed.system.file("proc/10/cgroup", "0::/init.scope\n");
  followed.pass();
  EXPECT_EQ(followed.members("/init.scope"), 1);
  followed.system.file("proc/10/cgroup", "0::/system.slice/agent.service\n");
  followed.pass();
  EXPECT_EQ(followed.members("/init.scope"), 0);
  EXPECT_EQ(followed.members("/system.slice/agent.service"), 1);
  // What cannot be read now is no other cgroup.
  followed.system.remove("proc/10/cgroup");
  followed.pass();
  EXPECT_EQ(followed.members("/system.slice/agent.service"), 1);
}

TEST(ProcessTracker, NamesAProcessThatIsLookedAtAgainByTheUserThatItHasThen) {
  Followed followed("process_names: [{name: '{{.Username}}', cmdline: ['^job']}]",
                    {.recheck = true});
  writeProcess(followed.system, {.arguments = arguments("cron"), .program = kShell});
  followed.pass();
  writeProcess(followed.system, {.user = 33, .arguments = arguments("job"), .program = kShell});
  followed.pass();
  EXPECT_EQ(followed.members("33"), 1);
  EXPECT_EQ(followed.members("0"), -1);
}

TEST(ProcessTracker, TakesANumberWithAnotherStartForAnotherProcess) {
  Followed followed(kByArguments);
  CopiedTask process = forked();
  process.userTicks = 100;
  writeProcess(followed.system, process);
  followed.pass();
  // In the same place in memory, because programs of one parent share their layout.
  process.arguments = arguments("tool");
  process.startTicks = young();
  process.userTicks = 7;
  writeProcess(followed.system, process);
  followed.pass();
  EXPECT_EQ(followed.members("parent"), 0);
  EXPECT_EQ(followed.ticks("parent"), 0);
  EXPECT_EQ(followed.ticks("child"), 7);
}

TEST(ProcessTracker, CountsAProcessOnceThatIsItsOwnAncestor) {
  Followed followed("process_names: [{name: all, comm: [app]}]");
  writeProcess(followed.system, {});
  CopiedTask first{.id = 20, .command = "one", .parent = 10, .program = kShell};
  CopiedTask second{.id = 30, .command = "two", .parent = 20, .program = kShell};
  writeProcess(followed.system, first);
  writeProcess(followed.system, second);
  followed.pass();
  EXPECT_EQ(followed.members("all"), 3);
  // No kernel makes such a circle, but a tree of files may hold one.
  first.parent = 30;
  first.program = second.program = kSleep;
  writeProcess(followed.system, first);
  writeProcess(followed.system, second);
  followed.pass();
  EXPECT_EQ(followed.members("all"), 3);
}

TEST(ProcessTracker, ForgetsEmptyGroupsIfThatIsAskedFor) {
  Followed followed(kByArguments, {.removeEmptyGroups = true});
  writeProcess(followed.system, forked());
  followed.pass();
  writeProcess(followed.system, executed());
  followed.pass();
  EXPECT_EQ(followed.members("parent"), -1);
  EXPECT_EQ(followed.members("child"), 1);
}

TEST(ProcessTracker, LooksAgainOnlyWhileAProcessIsYoungerThanTheLimit) {
  using Seconds = std::chrono::duration<double>;
  for (const double limit : {1e12, 1.0}) {
    Followed followed(kByArguments, {.recheck = true, .recheckLimit = Seconds(limit)});
    CopiedTask process = forked();
    process.arguments = arguments("nothing");
    writeProcess(followed.system, process);
    followed.pass();
    // Without an exec, as where a program sets its title.
    writeProcess(followed.system, forked());
    followed.pass();
    EXPECT_EQ(followed.members("parent"), limit > 1 ? 1 : -1) << limit;
  }
}

TEST(ProcessTracker, TellsWithWhichErrorProcessesCannotBeListed) {
  Followed followed(kByArguments);
  followed.pass();
  followed.system.remove("proc").file("proc", "");
  Kernel kernel(followed.system);
  EXPECT_EQ(followed.tracker().update(kernel), ENOTDIR);
}

}  // namespace orchestrator_exporter
