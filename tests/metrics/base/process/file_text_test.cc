#include "metrics/base/process/file_text.h"

#include <gtest/gtest.h>

#include <fstream>
#include <system_error>

#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter {
namespace {

std::error_code faultOf(const std::string& path) {
  try {
    fileText(path);
  } catch (const std::system_error& error) {
    return error.code();
  }
  return {};
}

}  // namespace

TEST(FileText, IsEveryByteOfTheFile) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path() / "file";
  const std::string content("a\0\r\n\xFF", 5);
  std::ofstream(path, std::ios::binary) << content;
  EXPECT_EQ(fileText(path), content);
  std::ofstream(path, std::ios::trunc);
  EXPECT_EQ(fileText(path), "");
}

TEST(FileText, TellsWhyThereIsNone) {
  const test::TemporaryDirectory directory;
  EXPECT_EQ(faultOf(directory.path()), std::errc::is_a_directory);
  EXPECT_EQ(faultOf(directory.path() / "none"), std::errc::no_such_file_or_directory);
}

}  // namespace orchestrator_exporter
