#include "http/security/web_config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "metrics/base/errors.h"
#include "tests/support/collectors.h"
#include "tests/support/test_process.h"

namespace orchestrator_exporter::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class WebConfigFileTest : public testing::Test {
 protected:
  // Puts a new file in the place of the old one, as programs that keep files do.
  void write(const std::string& text) {
    folder_.file("next.yml", text);
    std::filesystem::rename(folder_.path("next.yml"), path_);
  }
  WebConfigFile open() {
    return {path_, [this](std::string_view line) { log_.emplace_back(line); }};
  }
  static std::int64_t burst(const std::shared_ptr<const WebConfig>& config) {
    return config == nullptr ? -1 : config->rateLimit.burst;
  }

  TempSystem folder_;
  std::string path_ = folder_.path("web.yml");
  std::vector<std::string> log_;
};

TEST_F(WebConfigFileTest, MustBeValidAtTheStart) {
  EXPECT_THROW(open(), ParseError);
  write("nonsense: 1\n");
  EXPECT_THROW(open(), ParseError);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(WebConfigFileTest, IsReadAgainWhenItHasChanged) {
  write("rate_limit: {burst: 1}\n");
  WebConfigFile file = open();
  EXPECT_EQ(burst(file.current()), 1);
  write("rate_limit: {burst: 2}\n");
  EXPECT_EQ(burst(file.current()), 2);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(WebConfigFileTest, IsTheSameObjectUntilItChanges) {
  write("rate_limit: {burst: 1}\n");
  WebConfigFile file = open();
  EXPECT_EQ(file.current(), file.current());
}

TEST_F(WebConfigFileTest, SeesAChangeInPlace) {
  write("rate_limit: {burst: 1}\n");
  WebConfigFile file = open();
  folder_.file("web.yml", "rate_limit: {burst: 22}\n");
  EXPECT_EQ(burst(file.current()), 22);
}

TEST_F(WebConfigFileTest, SeesWhereALinkLeadsTo) {
  folder_.file("one", "rate_limit: {burst: 1}\n").file("two", "rate_limit: {burst: 2}\n");
  folder_.link("web.yml", "one");
  WebConfigFile file = open();
  folder_.remove("web.yml").link("web.yml", "two");
  EXPECT_EQ(burst(file.current()), 2);
}

TEST_F(WebConfigFileTest, HasNoConfigurationWhileItIsInvalidAndSaysSoOnce) {
  write("rate_limit: {burst: 1}\n");
  WebConfigFile file = open();
  write("rate_limit: {burst: x}\n");
  EXPECT_EQ(file.current(), nullptr);
  EXPECT_EQ(file.current(), nullptr);
  EXPECT_THAT(log_, ElementsAre(path_ + ":1: burst: expected a whole number, got 'x'"));
  log_.clear();
  write("rate_limit: {burst: 2}\n");
  EXPECT_EQ(burst(file.current()), 2);
  EXPECT_THAT(log_, ElementsAre(path_ + ": can be used again"));
}

TEST_F(WebConfigFileTest, HasNoConfigurationWhileItIsMissing) {
  write("rate_limit: {burst: 1}\n");
  WebConfigFile file = open();
  folder_.remove("web.yml");
  EXPECT_EQ(file.current(), nullptr);
  EXPECT_EQ(file.current(), nullptr);
  EXPECT_THAT(log_, ElementsAre(path_ + ": cannot be read: No such file or directory"));
  write("rate_limit: {burst: 2}\n");
  EXPECT_EQ(burst(file.current()), 2);
}

TEST_F(WebConfigFileTest, IsNoPipe) {
  write("");
  WebConfigFile file = open();
  folder_.remove("web.yml");
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(file.current(), nullptr);
  EXPECT_THAT(log_, ElementsAre(path_ + ": cannot be read: not a regular file"));
}

TEST_F(WebConfigFileTest, NoticesThatTheModeOfAFileHasChanged) {
  write("");
  const auto before = stampOf(path_);
  // Until the kernel's clock has moved on.
  test::await([&] {
    std::filesystem::permissions(path_, std::filesystem::perms::none);
    return stampOf(path_) != before;
  });
}

}  // namespace
}  // namespace orchestrator_exporter::http
