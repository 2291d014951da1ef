#include "exporter/kernel/storage/file_system_space.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "exporter/kernel/storage/btrfs_devices.h"
#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(FileSystemSpace, IsWhatTheFileSystemTells) {
  TempSystem system;
  const std::string path = system.path("proc");
  const FileSystemSpace space = askSpace(path);
  ASSERT_EQ(space.error, 0);
  EXPECT_EQ(space.size, static_cast<double>(std::filesystem::space(path).capacity));
  // Some is kept for root.
  EXPECT_LE(space.available, space.free);
  EXPECT_LE(space.free, space.size);
  EXPECT_LE(space.filesFree, space.files);
}

TEST(FileSystemSpace, OfOneThatHoldsNothingIsZero) {
  const FileSystemSpace space = askSpace("/proc");
  EXPECT_EQ(space.error, 0);
  EXPECT_EQ(space.size, 0);
  EXPECT_EQ(space.files, 0);
}

TEST(FileSystemSpace, TellsWhyItIsNotKnown) {
  TempSystem system;
  system.file("file", "").link("loop", "loop");
  EXPECT_EQ(askSpace(system.path("none")).error, ENOENT);
  EXPECT_EQ(askSpace(system.path("file/below")).error, ENOTDIR);
  EXPECT_EQ(askSpace(system.path("loop")).error, ELOOP);
  EXPECT_EQ(askSpace("").error, ENOENT);
  EXPECT_EQ(askSpace(std::string(5000, 'x')).error, ENAMETOOLONG);
}

TEST(FileSystemSpace, IsNotThatOfAPathThatCWouldCutShort) {
  EXPECT_EQ(askSpace(std::string("/proc\0/none", 11)).error, EINVAL);
}

TEST(BtrfsDevices, AreAskedOfBtrfsOnly) {
  TempSystem system;
  system.file("file", "");
  EXPECT_FALSE(askBtrfsDevices("/proc"));
  EXPECT_FALSE(askBtrfsDevices(system.path("file")));
  EXPECT_FALSE(askBtrfsDevices(system.path("none")));
  EXPECT_FALSE(askBtrfsDevices(""));
}

}  // namespace orchestrator_exporter
