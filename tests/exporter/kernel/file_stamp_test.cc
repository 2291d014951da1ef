#include "exporter/kernel/file_stamp.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using std::chrono::nanoseconds;

// Gives a file the time of another, so that only the rest can tell them apart.
void takeTime(const std::string& from, const std::string& to) {
  std::filesystem::last_write_time(to, std::filesystem::last_write_time(from));
}

}  // namespace

TEST(FileStamp, IsTheSameForAsLongAsTheFileIs) {
  TempSystem system;
  const std::string path = system.file("f", "text").path("f");
  EXPECT_TRUE(stampOf(path));
  EXPECT_EQ(stampOf(path), stampOf(path));
}

TEST(FileStamp, ChangesWithTheSize) {
  TempSystem system;
  const std::string path = system.file("f", "text").file("old", "").path("f");
  takeTime(system.path("old"), path);
  const auto before = stampOf(path);
  system.file("f", "longer text");
  takeTime(system.path("old"), path);
  EXPECT_NE(stampOf(path), before);
}

TEST(FileStamp, ChangesWithTheTimeOfTheLastWriteToTheNanosecond) {
  TempSystem system;
  const std::string path = system.file("f", "text").path("f");
  const auto before = stampOf(path);
  std::filesystem::last_write_time(path, std::filesystem::last_write_time(path) + nanoseconds(1));
  EXPECT_NE(stampOf(path), before);
}

TEST(FileStamp, IsAnotherForAnotherFileOfTheSameName) {
  TempSystem system;
  const std::string path = system.file("f", "text").file("g", "text").path("f");
  takeTime(path, system.path("g"));
  const auto before = stampOf(path);
  std::filesystem::rename(system.path("g"), path);
  EXPECT_NE(stampOf(path), before);
}

TEST(FileStamp, IsNoneWithoutAFile) {
  TempSystem system;
  EXPECT_FALSE(stampOf(system.path("none")));
  EXPECT_FALSE(stampOf(system.link("dangling", "none").path("dangling")));
}

}  // namespace orchestrator_exporter
