#include "exporter/configuration/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/configuration/global_block.h"
#include "exporter/configuration/shown.h"
#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter::configuration {

namespace {

using std::chrono::seconds;
using testing::ElementsAre;

const DurationRange kRange{seconds(1), std::chrono::hours(1)};

std::vector<Key> table() {
  return {
      mapKey(
          "main",
          {fixed(durationKey("interval", "15s", kRange, "")), integerKey("count", "", {1, 9}, ""),
           numberKey("share", "0.5", {0, 1}, ""), switchKey("enabled", true, ""),
           choiceKey("mode", "fast", {"fast", "slow"}, ""), pathKey("file", "", ""),
           secretKey("password", ""), mapKey("retention", {sizeKey("size", "2GB", {}, "")}, ""),
           namedKey("labels", textKey("", "", ""), ""), listKey("words", textKey("", "", ""), "")},
          ""),
      listKey("peers",
              mapKey("", {required(textKey("url", "", "")), integerKey("port", "80", {}, "")}, ""),
              "")};
}

class ConfigurationOfFile : public testing::Test {
 protected:
  Configuration read(std::string_view text) const {
    folder_.replace("c.yml", text);
    return Configuration::ofFile(path(), table());
  }
  // Each fault without the folder's name before it.
  std::vector<std::string> faults(std::string_view text) const {
    try {
      read(text);
    } catch (const ConfigurationError& error) {
      std::vector<std::string> lines = error.lines();
      for (std::string& line : lines) line.erase(0, folder_.path().string().size() + 1);
      return lines;
    }
    return {};
  }
  std::string path() const { return folder_.path() / "c.yml"; }

  test::TemporaryDirectory folder_;
};

}  // namespace

TEST_F(ConfigurationOfFile, GivesDefaultsForWhatIsNotThere) {
  for (const char* text : {"", "# nothing\n", "main:\n", "main: {interval: }\npeers: ~\n"}) {
    const Configuration configuration = read(text);
    const Value& main = configuration["main"];
    EXPECT_EQ(main["interval"].duration(), seconds(15));
    EXPECT_FALSE(main["interval"].given());
    EXPECT_FALSE(main["count"].has());
    EXPECT_EQ(main["share"].number(), 0.5);
    EXPECT_TRUE(main["enabled"].enabled());
    EXPECT_EQ(main["mode"].text(), "fast");
    EXPECT_EQ(main["file"].text(), "");
    EXPECT_EQ(main["retention"]["size"].integer(), std::int64_t{2} << 30);
    EXPECT_TRUE(configuration["peers"].elements().empty());
  }
}

TEST_F(ConfigurationOfFile, GivesWhatTheFileSays) {
  const Configuration configuration = read(R"(
main:
  interval: 1m
  count: 7
  share: 1e-3
  enabled: no
  mode: slow
  password: "s3cret"
  retention: {size: 64MB}
  labels: {site: a, replica: 1}
  words: [one, "2"]
peers:
  - {url: "http://a"}
  - url: http://b
    port: 8080
)");
  const Value& main = configuration["main"];
  EXPECT_EQ(main["interval"].duration(), std::chrono::minutes(1));
  EXPECT_TRUE(main["interval"].given());
  EXPECT_EQ(main["count"].integer(), 7);
  EXPECT_EQ(main["share"].number(), 1e-3);
  EXPECT_FALSE(main["enabled"].enabled());
  EXPECT_EQ(main["mode"].text(), "slow");
  EXPECT_EQ(main["password"].text(), "s3cret");
  EXPECT_EQ(main["retention"]["size"].integer(), 64 << 20);
  EXPECT_THAT(main["labels"].pairs(),
              ElementsAre(testing::Pair("site", "a"), testing::Pair("replica", "1")));
  EXPECT_THAT(main["words"].texts(), ElementsAre("one", "2"));
  const std::vector<Value>& peers = configuration["peers"].elements();
  ASSERT_EQ(peers.size(), 2u);
  EXPECT_EQ(peers[0]["url"].text(), "http://a");
  EXPECT_EQ(peers[0]["port"].integer(), 80);
  EXPECT_EQ(peers[1]["port"].integer(), 8080);
  EXPECT_EQ(peers[1].place().line, 14u);
}

TEST_F(ConfigurationOfFile, RelativePathsAreBelowItsDirectory) {
  EXPECT_EQ(read("main: {file: rules/a.yml}")["main"]["file"].text(),
            folder_.path() / "rules/a.yml");
  EXPECT_EQ(read("main: {file: /etc/a.yml}")["main"]["file"].text(), "/etc/a.yml");
}

TEST_F(ConfigurationOfFile, TellsEverythingThatIsWrongInTheOrderOfTheFile) {
  EXPECT_THAT(
      faults(R"(main:
  intervall: 1m
  count: 10
  enabled: maybe
  retention: {size: 5}
  labels: [a]
  words: one
peers:
  - port: x
main: {}
)"),
      ElementsAre("c.yml:2:3: unknown key 'intervall', did you mean 'interval'?",
                  "c.yml:3:10: main.count: expected a whole number, from 1 to 9, got '10'",
                  "c.yml:4:12: main.enabled: expected true or false, got 'maybe'",
                  "c.yml:5:21: main.retention.size: expected a size such as 512MB or 2GB, got '5'",
                  "c.yml:6:11: main.labels: expected keys and values, got a list",
                  "c.yml:7:10: main.words: expected a list, as in [a, b], got a text",
                  "c.yml:9:5: peers[0]: needs the key 'url'",
                  "c.yml:9:11: peers[0].port: expected a whole number, got 'x'",
                  "c.yml:10:1: duplicate key 'main'"));
}

TEST_F(ConfigurationOfFile, AKeyLikeNoOtherIsToldTheKnownOnes) {
  EXPECT_THAT(faults("scrape_configs: []\n"),
              ElementsAre("c.yml:1:1: unknown key 'scrape_configs', known are main, peers"));
}

TEST_F(ConfigurationOfFile, BlocksThatNobodyReadsYetAreToldSo) {
  EXPECT_THAT(faults("sd: {}\n"), ElementsAre("c.yml:1:1: 'sd' is not supported by this version"));
}

TEST_F(ConfigurationOfFile, QuotedNumbersAndSwitchesAreTexts) {
  EXPECT_THAT(faults("main: {count: '7', enabled: \"true\"}\n"),
              ElementsAre("c.yml:1:15: main.count: expected a whole number, from 1 to 9, got '7'",
                          "c.yml:1:29: main.enabled: expected true or false, got 'true'"));
}

TEST_F(ConfigurationOfFile, SecretsAreNeverShown) {
  for (const char* text : {"main: {password: [hunter2]}", "main: hunter2", "hunter2"}) {
    const std::vector<std::string> told = faults(text);
    ASSERT_EQ(told.size(), 1u) << text;
    EXPECT_THAT(told.front(), testing::Not(testing::HasSubstr("hunter2")));
  }
}

TEST_F(ConfigurationOfFile, WhatIsNoYamlIsToldWithItsPlace) {
  EXPECT_THAT(faults("main:\n  a: [1\n"),
              ElementsAre(testing::StartsWith("c.yml:3:1: end of sequence flow not found")));
  EXPECT_THAT(faults("main:\n  mode: \xff\n"), ElementsAre("c.yml:2: not valid UTF-8"));
  EXPECT_THAT(faults("main: {}\n---\nmain: {}\n"),
              ElementsAre(testing::StartsWith("c.yml:3:1: expected one document")));
}

TEST_F(ConfigurationOfFile, AFileThatIsNotThereIsAFault) {
  try {
    Configuration::ofFile("/nonexistent/c.yml", table());
    FAIL() << "was read";
  } catch (const ConfigurationError& error) {
    EXPECT_STREQ(error.what(), "/nonexistent/c.yml: cannot be read: No such file or directory");
  }
}

TEST_F(ConfigurationOfFile, ChecksOfAKeySeeOnlyValuesWithoutFaults) {
  const std::vector<Key> blocks = {
      checked(mapKey("range", {integerKey("from", "0", {}, ""), integerKey("to", "1", {}, "")}, ""),
              [](const Value& range, Faults& faults) {
                if (range["from"].integer() > range["to"].integer()) {
                  faults.add(range["from"].place(), "range.from: is after range.to");
                }
              })};
  const auto told = [&](std::string_view text) {
    folder_.replace("c.yml", text);
    try {
      Configuration::ofFile(path(), blocks);
    } catch (const ConfigurationError& error) {
      return error.lines();
    }
    return std::vector<std::string>{};
  };
  EXPECT_THAT(told("range: {from: 5, to: 9}"), ElementsAre());
  EXPECT_THAT(told("range: {from: 5}"),
              ElementsAre(testing::EndsWith("c.yml:1:15: range.from: is after range.to")));
  EXPECT_THAT(told("range: {from: 5, to: x}"), ElementsAre(testing::HasSubstr("1:22: range.to")));
}

TEST_F(ConfigurationOfFile, TellsWhichFixedKeysHaveChanged) {
  const Configuration before = read("main: {interval: 1m, count: 1}");
  EXPECT_THAT(changedFixedKeys(table(), before, read("main: {interval: 60s, count: 2}")),
              ElementsAre());
  EXPECT_THAT(changedFixedKeys(table(), before, read("main: {interval: 2m, count: 1}")),
              ElementsAre("main.interval"));
}

TEST_F(ConfigurationOfFile, GlobalLabelsMustHaveNamesThatPrometheusTakes) {
  folder_.replace("c.yml", "global: {external_labels: {site: a, 'a-b': c, __name__: d}}");
  try {
    Configuration::ofFile(path(), declaredBlocks());
    FAIL() << "was read";
  } catch (const ConfigurationError& error) {
    EXPECT_THAT(error.lines(),
                ElementsAre(testing::EndsWith("'a-b' is not a valid label name"),
                            testing::EndsWith("'__name__' is not a valid label name")));
  }
  folder_.replace("c.yml", "global: {external_labels: {site: a}}");
  EXPECT_EQ(externalLabels(Configuration::ofFile(path(), declaredBlocks())),
            (LabelSet{{"site", "a"}}));
}

TEST_F(ConfigurationOfFile, TheTimeOutIsNotLongerThanTheInterval) {
  folder_.replace("c.yml", "global: {scrape_interval: 5s, scrape_timeout: 6s}");
  EXPECT_THROW(Configuration::ofFile(path(), declaredBlocks()), ConfigurationError);
  folder_.replace("c.yml", "global: {scrape_interval: 5s, scrape_timeout: 5s}");
  EXPECT_NO_THROW(Configuration::ofFile(path(), declaredBlocks()));
}

TEST_F(ConfigurationOfFile, IsShownWithoutItsSecrets) {
  const Configuration configuration = read(
      "peers: [{url: 'https://user:pass@host/x', port: 9}, {url: 'http://a/b:c@d'}]\n"
      "main: {password: pass, interval: 90s, labels: {a: b}, file: f, enabled: false}\n");
  EXPECT_EQ(
      shownText(configuration, table()),
      "main:\n  interval: 1m30s\n  enabled: false\n  file: " + (folder_.path() / "f").string() +
          "\n  password: <secret>\n  labels:\n    a: b\npeers:\n"
          "  - url: https://user:<secret>@host/x\n    port: 9\n  - url: http://a/b:c@d\n");
}

TEST_F(ConfigurationOfFile, ShowsNothingIfItSaysNothing) {
  EXPECT_EQ(shownText(read("main:\n"), table()), "");
}

}  // namespace orchestrator_exporter::configuration
