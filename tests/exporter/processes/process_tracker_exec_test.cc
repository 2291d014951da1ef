#include <gtest/gtest.h>

#include <string>

#include "exporter/processes/process_tracker.h"
#include "tests/support/followed_processes.h"
#include "tests/support/process_copy.h"

// Which group has a process that executes another program, over trees that stand for procfs. Real
// processes are in namedprocess_exec_test.cc.
namespace orchestrator_exporter {

namespace {

using namespace test;
using Followed = FollowedProcesses;

}  // namespace

TEST(ProcessTrackerExec, NamesAProcessByTheProgramThatItExecutes) {
  Followed followed(kByArguments);
  writeProcess(followed.system, {.arguments = arguments("agent"), .program = kShell});
  writeProcess(followed.system, forked());
  followed.pass();
  EXPECT_EQ(followed.members("parent"), 2);
  writeProcess(followed.system, executed());
  followed.pass();
  EXPECT_EQ(followed.members("parent"), 1);
  EXPECT_EQ(followed.members("child"), 1);
  followed.pass();
  EXPECT_EQ(followed.members("child"), 1);
}

TEST(ProcessTrackerExec, NamesAProcessByTheArgumentsOfTheSameProgramExecutedAgain) {
  Followed followed(kByArguments);
  writeProcess(followed.system, forked());
  followed.pass();
  CopiedTask again = forked();
  again.arguments = arguments("tool");
  again.program = "0 4198400 4898400 140730000000064";
  writeProcess(followed.system, again);
  followed.pass();
  EXPECT_EQ(followed.members("parent"), 0);
  EXPECT_EQ(followed.members("child"), 1);
}

TEST(ProcessTrackerExec, KeepsAProcessThatOnlyChangesItsNameAndArguments) {
  Followed followed(kByArguments);
  CopiedTask process = forked();
  writeProcess(followed.system, process);
  followed.pass();
  process.command = "renamed";
  process.arguments = arguments("tool");
  writeProcess(followed.system, process);
  followed.pass();
  EXPECT_EQ(followed.members("parent"), 1);
  EXPECT_EQ(followed.members("child"), -1);
}

TEST(ProcessTrackerExec, TakesAProcessThatNoRuleTookOnceItExecutesAProgramOfARule) {
  Followed followed(kByArguments);
  CopiedTask process = executed();
  process.arguments = arguments("shell");
  process.program = kShell;
  writeProcess(followed.system, process);
  followed.pass();
  EXPECT_EQ(followed.members("child"), -1);
  writeProcess(followed.system, executed());
  followed.pass();
  EXPECT_EQ(followed.members("child"), 1);
}

TEST(ProcessTrackerExec, CountsAllOfAYoungProcessThatNoRuleTookAtFirst) {
  Followed followed(kByArguments);
  followed.pass();
  CopiedTask process = forked();
  process.arguments = arguments("shell");
  process.startTicks = young();
  process.userTicks = 3;
  writeProcess(followed.system, process);
  followed.pass();
  process = executed();
  process.startTicks = young();
  process.userTicks = 40;
  writeProcess(followed.system, process);
  followed.pass();
  EXPECT_EQ(followed.ticks("child"), 40);
}

TEST(ProcessTrackerExec, CountsEachTickOfAProcessInOneGroup) {
  Followed followed(kByArguments);
  CopiedTask process = forked();
  process.userTicks = 100;
  writeProcess(followed.system, process);
  followed.pass();
  process.userTicks = 110;
  writeProcess(followed.system, process);
  followed.pass();
  EXPECT_EQ(followed.ticks("parent"), 10);
  process = executed();
  process.userTicks = 150;
  writeProcess(followed.system, process);
  followed.pass();
  EXPECT_EQ(followed.ticks("parent"), 10);
  EXPECT_EQ(followed.ticks("child"), 40);
  process.userTicks = 151;
  writeProcess(followed.system, process);
  followed.pass();
  EXPECT_EQ(followed.ticks("child"), 41);
}

TEST(ProcessTrackerExec, CountsAYoungProcessNotTwiceThatLeavesAllGroupsAndComesBack) {
  Followed followed(kByArguments);
  followed.pass();
  CopiedTask process = forked();
  process.startTicks = young();
  process.userTicks = 10;
  writeProcess(followed.system, process);
  followed.pass();
  CopiedTask other = executed();
  other.arguments = arguments("other");
  other.startTicks = process.startTicks;
  other.userTicks = 20;
  writeProcess(followed.system, other);
  followed.pass();
  EXPECT_EQ(followed.members("parent"), 0);
  process.userTicks = 30;
  writeProcess(followed.system, process);
  followed.pass();
  EXPECT_EQ(followed.members("parent"), 1);
  EXPECT_EQ(followed.ticks("parent"), 10);
}

TEST(ProcessTrackerExec, LeavesAProgramOfNoRuleWithItsParent) {
  Followed followed(kByArguments);
  writeProcess(followed.system, {.arguments = arguments("agent"), .program = kShell});
  CopiedTask process = forked();
  process.userTicks = 5;
  writeProcess(followed.system, process);
  followed.pass();
  process = executed();
  process.arguments = arguments("helper");
  process.userTicks = 12;
  writeProcess(followed.system, process);
  followed.pass();
  EXPECT_EQ(followed.members("parent"), 2);
  EXPECT_EQ(followed.ticks("parent"), 7);
}

TEST(ProcessTrackerExec, LetsAProgramOfNoRuleGoThatHasNoParentInAGroup) {
  for (const bool children : {true, false}) {
    Followed followed(kByArguments, {.children = children});
    writeProcess(followed.system, forked());
    followed.pass();
    EXPECT_EQ(followed.members("parent"), 1);
    CopiedTask process = executed();
    process.arguments = arguments("helper");
    writeProcess(followed.system, process);
    followed.pass();
    EXPECT_EQ(followed.members("parent"), 0);
  }
}

TEST(ProcessTrackerExec, KeepsInItsGroupWhatInheritedItAndHasLostItsParent) {
  Followed followed(kByArguments);
  writeProcess(followed.system, {.arguments = arguments("agent"), .program = kShell});
  CopiedTask helper = forked();
  helper.arguments = arguments("helper");
  writeProcess(followed.system, helper);
  CopiedTask grandchild{
      .id = 30, .parent = 20, .arguments = arguments("grandchild"), .program = kShell};
  writeProcess(followed.system, grandchild);
  followed.pass();
  EXPECT_EQ(followed.members("parent"), 3);

  followed.system.remove("proc/10");
  helper.parent = 1;
  helper.program = kSleep;
  writeProcess(followed.system, helper);
  // Its own child executes at the same time, and still goes with it.
  grandchild.program = kSleep;
  writeProcess(followed.system, grandchild);
  followed.pass();
  EXPECT_EQ(followed.members("parent"), 2);
}

TEST(ProcessTrackerExec, KeepsAProcessThatCannotBeLookedAtAfterItsExecUntilItCan) {
  Followed followed(kByArguments);
  CopiedTask process = forked();
  process.userTicks = 10;
  writeProcess(followed.system, process);
  followed.pass();
  process = executed();
  process.userTicks = 15;
  writeProcess(followed.system, process);
  followed.system.remove("proc/20/cmdline").directory("proc/20/cmdline");
  followed.pass();
  EXPECT_EQ(followed.members("parent"), 1);
  EXPECT_EQ(followed.ticks("parent"), 5);
  followed.system.remove("proc/20/cmdline").file("proc/20/cmdline", arguments("tool"));
  followed.pass();
  EXPECT_EQ(followed.members("parent"), 0);
  EXPECT_EQ(followed.members("child"), 1);
}

TEST(ProcessTrackerExec, LooksAgainAtAProcessThatItSawInTheMiddleOfAnExec) {
  Followed followed(kByArguments);
  writeProcess(followed.system, forked());
  followed.pass();
  CopiedTask between = executed();
  between.command = "tool";
  between.program = kNothing;
  writeProcess(followed.system, between);
  followed.system.file("proc/20/cmdline", "");
  followed.pass();
  CopiedTask after = executed();
  after.command = "tool";
  writeProcess(followed.system, after);
  followed.pass();
  EXPECT_EQ(followed.members("parent"), 0);
  EXPECT_EQ(followed.members("child"), 1);
}

TEST(ProcessTrackerExec, KeepsAZombieInItsGroup) {
  Followed followed(kByArguments);
  writeProcess(followed.system, forked());
  followed.pass();
  CopiedTask zombie = forked();
  zombie.state = 'Z';
  zombie.program = kNothing;
  writeProcess(followed.system, zombie);
  followed.system.file("proc/20/cmdline", "");
  followed.pass();
  EXPECT_EQ(followed.members("parent"), 1);
}

}  // namespace orchestrator_exporter
