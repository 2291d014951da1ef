#include "exporter/processes/process_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "tests/support/collectors.h"
#include "tests/support/test_process.h"

namespace orchestrator_exporter {

namespace {

bool lists(const std::vector<TaskEntry>& tasks, int id) {
  return std::any_of(tasks.begin(), tasks.end(), [&](const TaskEntry& t) { return t.id == id; });
}

}  // namespace

TEST(ProcessDirectory, ListsProcessesAndThreadsByTheirNumbers) {
  ProcessDirectory directory("/proc");
  std::vector<TaskEntry> tasks;
  ASSERT_EQ(directory.list(tasks), 0);
  EXPECT_TRUE(lists(tasks, getpid()));
  EXPECT_TRUE(std::is_sorted(tasks.begin(), tasks.end(),
                             [](const auto& a, const auto& b) { return a.id < b.id; }));
  ASSERT_EQ(directory.listThreads(getpid(), tasks), 0);
  EXPECT_TRUE(lists(tasks, getpid()));
}

TEST(ProcessDirectory, GivesANumberThatIsUsedAgainAnotherInode) {
  ProcessDirectory directory("/proc");
  const auto inodeOf = [&](int id) {
    std::vector<TaskEntry> tasks;
    directory.list(tasks);
    const auto found = std::find_if(tasks.begin(), tasks.end(),
                                    [&](const TaskEntry& task) { return task.id == id; });
    return found == tasks.end() ? 0 : found->inode;
  };
  test::TestProcess first("first");
  const int id = first.pid();
  const auto inode = inodeOf(id);
  EXPECT_NE(inode, 0U);
  EXPECT_EQ(inodeOf(id), inode);
  first.end();
  try {
    const test::TestProcess second("second", {}, id);
    EXPECT_NE(inodeOf(id), inode);
  } catch (const std::system_error& error) {
    GTEST_SKIP() << "process numbers cannot be chosen: " << error.what();
  }
}

TEST(ProcessDirectory, TellsOfAProcessThatIsGone) {
  ProcessDirectory directory("/proc");
  test::TestProcess process("gone");
  const int id = process.pid();
  process.end();
  std::vector<TaskEntry> threads;
  EXPECT_EQ(directory.read(id, "stat").error, ENOENT);
  EXPECT_EQ(directory.listThreads(id, threads), ENOENT);
  EXPECT_EQ(directory.countDescriptors(id), -ENOENT);
  EXPECT_EQ(directory.descriptorLimit(id), -ESRCH);
}

TEST(ProcessDirectory, CountsDescriptorsAndKnowsTheirLimit) {
  ProcessDirectory directory("/proc");
  const auto entries = std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                                     std::filesystem::directory_iterator());
  // The iterator itself was one of them.
  EXPECT_EQ(directory.countDescriptors(getpid()), entries - 1);
  struct rlimit limit {};
  getrlimit(RLIMIT_NOFILE, &limit);
  EXPECT_EQ(directory.descriptorLimit(getpid()), static_cast<std::int64_t>(limit.rlim_cur));
}

TEST(ProcessDirectory, ReadsFilesThatAreLargerThanItsBuffer) {
  TempSystem system;
  const std::string large(100'000, 'x');
  system.file("proc/7/cmdline", large).file("proc/7/smaps", large);
  ProcessDirectory directory(system.roots().procfs);
  EXPECT_EQ(directory.read(7, "cmdline").text, large);
  EXPECT_EQ(directory.readPieces(7, "smaps").text, large);
  directory.trim();
  EXPECT_EQ(directory.read(7, "cmdline").text, large);
}

TEST(ProcessDirectory, ReadsTheMapsOfAProcessToTheirEnd) {
  ProcessDirectory directory("/proc");
  const auto smaps = directory.readPieces(getpid(), "smaps");
  ASSERT_EQ(smaps.error, 0);
  EXPECT_THAT(std::string(smaps.text), testing::HasSubstr("[stack]"));
}

TEST(ProcessDirectory, CountsTheEntriesOfACopyOfProcfs) {
  TempSystem system;
  system.file("proc/7/fd/0", "").file("proc/7/fd/1", "").file("proc/self", "").file("proc/08", "");
  ProcessDirectory directory(system.roots().procfs);
  EXPECT_FALSE(directory.live());
  std::vector<TaskEntry> tasks;
  ASSERT_EQ(directory.list(tasks), 0);
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].id, 7);
  EXPECT_EQ(directory.countDescriptors(7), 2);
  EXPECT_EQ(directory.descriptorLimit(7), -ENOTSUP);
}

}  // namespace orchestrator_exporter
