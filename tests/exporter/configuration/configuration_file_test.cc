#include "exporter/configuration/configuration_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "exporter/reloads.h"
#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter::configuration {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string siteOf(const Configuration& configuration) {
  const auto labels = configuration["global"]["external_labels"].pairs();
  return labels.empty() ? "" : labels.front().second;
}

class ConfigurationFileTest : public testing::Test {
 protected:
  std::string path() const { return folder_.path() / "c.yml"; }
  void write(std::string_view text) const { folder_.replace("c.yml", text); }
  Log log() {
    return [this](LogLevel, std::string_view line) { told_.emplace_back(line); };
  }

  test::TemporaryDirectory folder_;
  std::vector<std::string> told_;
};

}  // namespace

TEST_F(ConfigurationFileTest, WithoutAFileEverythingHasItsDefault) {
  ConfigurationFile file("", log());
  EXPECT_EQ((*file.current())["global"]["scrape_interval"].duration(), std::chrono::seconds(15));
  file.prepare()();
  EXPECT_THAT(told_, ElementsAre());
}

TEST_F(ConfigurationFileTest, AReloadPutsTheNewStateInThePlaceOfTheOld) {
  write("global: {external_labels: {site: a}}");
  ConfigurationFile file(path(), log());
  std::string followed;
  file.follow([&](const Configuration& next) {
    return [&followed, site = siteOf(next)] { followed = site; };
  });
  const auto before = file.current();
  write("global: {external_labels: {site: b}}");
  const auto swap = file.prepare();
  EXPECT_EQ(siteOf(*file.current()), "a");
  EXPECT_EQ(followed, "");
  swap();
  EXPECT_EQ(siteOf(*file.current()), "b");
  EXPECT_EQ(followed, "b");
  EXPECT_EQ(siteOf(*before), "a");
}

TEST_F(ConfigurationFileTest, OnAFaultEverythingStaysAsItWas) {
  write("global: {external_labels: {site: a}}");
  ConfigurationFile file(path(), log());
  Reloads reloads(log());
  reloads.add([&] { return file.prepare(); });
  write("global: {external_label: {site: b}}");
  EXPECT_THAT(reloads.reload().value_or(""), HasSubstr("c.yml:1:10: unknown key 'external_label'"));
  EXPECT_EQ(siteOf(*file.current()), "a");
}

TEST_F(ConfigurationFileTest, AFollowerCanRefuseTheWhole) {
  write("global: {external_labels: {site: a}}");
  ConfigurationFile file(path(), log());
  bool swapped = false;
  file.follow([&](const Configuration&) { return [&] { swapped = true; }; });
  file.follow([](const Configuration&) -> std::function<void()> {
    throw std::runtime_error("no such rule file");
  });
  EXPECT_THROW(file.prepare(), std::runtime_error);
  EXPECT_FALSE(swapped);
}

TEST_F(ConfigurationFileTest, NamesWhatTakesEffectOnlyAtTheNextStart) {
  write("history: {out_of_order_window: 10m, retention: {size: 1GB}}");
  ConfigurationFile file(path(), log());
  write(
      "history: {out_of_order_window: 1h, retention: {size: 1024MB}}\nglobal: {external_labels: "
      "{site: b}}");
  file.prepare()();
  EXPECT_THAT(told_, ElementsAre(path() + ": history.out_of_order_window: the new value takes "
                                          "effect at the next start"));
  EXPECT_EQ(siteOf(*file.current()), "b");
}

}  // namespace orchestrator_exporter::configuration
