#include "exporter/configuration/reading_interval.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter::configuration {

namespace {

using std::chrono::seconds;

class ReadingInterval : public testing::Test {
 protected:
  void write(const std::string& interval) const {
    folder_.replace("c.yml", "global: {scrape_interval: " + interval + "}");
  }
  std::string path() const { return folder_.path() / "c.yml"; }

  test::TemporaryDirectory folder_;
  Readings readings_;
};

}  // namespace

TEST_F(ReadingInterval, IsThatOfTheFileAndChangesAtAReload) {
  write("5s");
  ConfigurationFile file(path(), [](LogLevel, std::string_view) {});
  const Flags flags;
  followInterval(file, flags, readings_);
  EXPECT_EQ(readings_.interval(), seconds(5));
  write("7s");
  file.prepare()();
  EXPECT_EQ(readings_.interval(), seconds(7));
}

TEST_F(ReadingInterval, OfAFlagCountsMoreThanTheFile) {
  write("5s");
  ConfigurationFile file(path(), [](LogLevel, std::string_view) {});
  const Flags flags{{"history.interval", "3s"}};
  followInterval(file, flags, readings_);
  file.prepare()();
  EXPECT_EQ(readings_.interval(), seconds(3));
}

}  // namespace orchestrator_exporter::configuration
