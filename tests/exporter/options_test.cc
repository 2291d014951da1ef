#include "exporter/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;

std::optional<Options> parse(std::vector<const char*> arguments, std::string* output = nullptr) {
  std::string ignored;
  return parseOptions(arguments, output == nullptr ? ignored : *output);
}

std::string errorOf(std::vector<const char*> arguments) {
  try {
    parse(std::move(arguments));
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST(Options, HaveDefaults) {
  const Options options = parse({}).value();
  EXPECT_THAT(options.listenAddresses, testing::ElementsAre(":10190"));
  EXPECT_EQ(options.telemetryPath, "/metrics");
  EXPECT_EQ(options.maxRequests, 40u);
  EXPECT_EQ(options.scrapeTimeout.count(), 10);
  EXPECT_EQ(options.scrapeTimeoutOffset.count(), 0.5);
  EXPECT_TRUE(options.flags.collectorEnabled("loadavg"));
}

TEST(Options, LimitWhatIsPushed) {
  const IngestOptions limits = parse({})->ingest;
  EXPECT_EQ(limits.maxSeries, 100'000);
  EXPECT_EQ(limits.maxSeriesPerFamily, 10'000);
  EXPECT_EQ(limits.maxLabelLength, 1024);
  EXPECT_EQ(limits.expiry, std::chrono::hours(720));
  const auto options =
      parse({"--no-ingest.records", "--ingest.max-series=5", "--ingest.max-series-per-family=4",
             "--ingest.max-label-length=3", "--ingest.expiry=24h"});
  EXPECT_FALSE(options->flags.enabled("ingest.records"));
  const IngestOptions& given = options->ingest;
  EXPECT_EQ(given.maxSeries, 5);
  EXPECT_EQ(given.maxSeriesPerFamily, 4);
  EXPECT_EQ(given.maxLabelLength, 3);
  EXPECT_EQ(given.expiry, std::chrono::hours(24));
  for (const char* flag :
       {"--ingest.max-series=0", "--ingest.max-series-per-family=-1", "--ingest.max-label-length=x",
        "--ingest.expiry=-1s", "--ingest.expiry=50001h", "--ingest.expiry=soon"}) {
    const std::string name(flag, std::string_view(flag).find('='));
    EXPECT_THAT(errorOf({flag}), HasSubstr(name)) << flag;
  }
}

TEST(Options, TakeValuesWithAndWithoutAnEqualSign) {
  EXPECT_EQ(parse({"--path.procfs=/a"})->roots.procfs, "/a");
  EXPECT_EQ(parse({"--path.procfs", "/a"})->roots.procfs, "/a");
}

TEST(Options, TakeEmptyValues) {
  EXPECT_EQ(parse({"--path.rootfs="})->roots.rootfs, "");
  EXPECT_EQ(parse({"--path.rootfs", ""})->roots.rootfs, "");
  EXPECT_THAT(parse({"--collector.textfile.directory=", "--collector.textfile.directory=/a"})
                  ->flags.list("collector.textfile.directory"),
              testing::ElementsAre("", "/a"));
}

TEST(Options, TakeSeveralListenAddresses) {
  EXPECT_THAT(
      parse({"--web.listen-address=:1", "--web.listen-address", "[::1]:2"})->listenAddresses,
      testing::ElementsAre(":1", "[::1]:2"));
}

TEST(Options, SwitchCollectorsOnAndOff) {
  EXPECT_FALSE(parse({"--no-collector.loadavg"})->flags.collectorEnabled("loadavg"));
  EXPECT_TRUE(parse({"--collector.loadavg"})->flags.collectorEnabled("loadavg"));
}

TEST(Options, DisableDefaultsWhateverTheOrder) {
  const auto before = parse({"--collector.disable-defaults", "--collector.loadavg"});
  EXPECT_TRUE(before->flags.collectorEnabled("loadavg"));
  EXPECT_FALSE(before->flags.collectorEnabled("stat"));
  const auto after = parse({"--collector.loadavg", "--collector.disable-defaults"});
  EXPECT_TRUE(after->flags.collectorEnabled("loadavg"));
  EXPECT_FALSE(after->flags.collectorEnabled("stat"));
}

TEST(Options, ComeFromAFileToo) {
  const std::string path =
      std::filesystem::temp_directory_path() / ("options-" + std::to_string(getpid()) + ".txt");
  std::ofstream(path) << "--path.procfs=/a\n\n--once\n";
  const std::string argument = "@" + path;
  const auto options = parse({argument.c_str()});
  std::filesystem::remove(path);
  EXPECT_EQ(options->roots.procfs, "/a");
  EXPECT_TRUE(options->once);
}

TEST(Options, RefuseWhatTheyDoNotKnow) {
  EXPECT_THAT(errorOf({"--nonsense"}), HasSubstr("--nonsense"));
  EXPECT_THAT(errorOf({"surplus"}), HasSubstr("surplus"));
  EXPECT_THAT(errorOf({"@/nonexistent/file"}), HasSubstr("/nonexistent/file"));
}

TEST(Options, RefuseBadValues) {
  EXPECT_THAT(errorOf({"--web.max-requests=many"}), HasSubstr("--web.max-requests"));
  EXPECT_THAT(errorOf({"--log.level=loud"}), HasSubstr("--log.level"));
  EXPECT_THAT(errorOf({"--scrape.timeout=soon"}), HasSubstr("--scrape.timeout"));
  EXPECT_THAT(errorOf({"--web.telemetry-path=metrics"}), HasSubstr("--web.telemetry-path"));
  EXPECT_THAT(errorOf({"--path.procfs"}), HasSubstr("--path.procfs"));
}

TEST(Options, RefuseAFlagThatComesTwice) {
  EXPECT_THAT(errorOf({"--path.procfs=/a", "--path.procfs=/b"}), HasSubstr("--path.procfs"));
  EXPECT_THAT(errorOf({"--collector.loadavg", "--no-collector.loadavg"}),
              HasSubstr("--collector.loadavg"));
}

TEST(Options, RefuseAValueForASwitch) {
  EXPECT_EQ(errorOf({"--collector.loadavg=true"}),
            "--collector.loadavg: unexpected value 'true', switches take none");
}

TEST(Options, PrintHelpAndVersion) {
  std::string output;
  EXPECT_FALSE(parse({"--help"}, &output).has_value());
  EXPECT_THAT(output, HasSubstr("--[no-]collector.loadavg"));
  EXPECT_FALSE(parse({"--version"}, &output).has_value());
  EXPECT_THAT(output, testing::StartsWith("orchestrator_exporter, version "));
}

TEST(Flags, ReadDurationsAsGoWritesThem) {
  EXPECT_EQ(parseDuration("f", "1m30s").count(), 90);
  EXPECT_DOUBLE_EQ(parseDuration("f", "3.46608s").count(), 3.46608);
  EXPECT_EQ(parseDuration("f", "250ms").count(), 0.25);
  EXPECT_EQ(parseDuration("f", "-1s").count(), -1);
  EXPECT_EQ(parseDuration("f", "0").count(), 0);
  for (const char* text : {"", "5", "s", "5x", "1m 2s", "."}) {
    EXPECT_THROW(parseDuration("f", text), StartError) << text;
  }
}

}  // namespace orchestrator_exporter
