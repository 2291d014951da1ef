#include "exporter/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::optional<Options> parse(const std::vector<std::string>& arguments,
                             std::string* output = nullptr) {
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  std::string ignored;
  return parseOptions(pointers, output == nullptr ? ignored : *output);
}

// What is wrong with the arguments; empty if nothing is.
std::string errorOf(const std::vector<std::string>& arguments) {
  try {
    parse(arguments);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

// What a request for help prints on a terminal with that many columns.
std::string helpOf(const std::vector<std::string>& request, const std::string& columns = "80") {
  setenv("COLUMNS", columns.c_str(), 1);
  std::string output;
  EXPECT_FALSE(parse(request, &output).has_value());
  unsetenv("COLUMNS");
  return output;
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
  EXPECT_EQ(limits.maxSeriesPerFamily, 2'000);
  EXPECT_EQ(limits.maxLabelLength, 1024);
  EXPECT_EQ(limits.expiry, std::chrono::hours(24));
  const auto options =
      parse({"--no-ingest.records", "--ingest.max-series=5", "--ingest.max-series-per-family=4",
             "--ingest.max-label-length=3", "--ingest.expiry=48h", "--ingest.max-body=9"});
  EXPECT_FALSE(options->flags.enabled("ingest.records"));
  const IngestOptions& given = options->ingest;
  EXPECT_EQ(given.maxSeries, 5);
  EXPECT_EQ(given.maxSeriesPerFamily, 4);
  EXPECT_EQ(given.maxLabelLength, 3);
  EXPECT_EQ(given.expiry, std::chrono::hours(48));
  EXPECT_EQ(given.maxBody, 9);
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

TEST(Options, RefuseWhatTheyDoNotKnow) {
  EXPECT_EQ(errorOf({"--nonsense"}), "unknown flag --nonsense");
  EXPECT_EQ(errorOf({"surplus"}), "unexpected argument 'surplus'");
}

TEST(Options, NameTheFlagThatWasMeant) {
  EXPECT_EQ(errorOf({"--web.listen-adress=:9100"}),
            "unknown flag --web.listen-adress (did you mean --web.listen-address?)");
  EXPECT_EQ(errorOf({"--collector.cpuu"}),
            "unknown flag --collector.cpuu (did you mean --collector.cpu?)");
  EXPECT_EQ(errorOf({"--no-collector.hwomn"}),
            "unknown flag --no-collector.hwomn (did you mean --no-collector.hwmon?)");
  EXPECT_EQ(errorOf({"-path.procfs", "/a"}),
            "unknown flag -path.procfs (did you mean --path.procfs?)");
}

TEST(Options, RefuseANumberOutOfItsRange) {
  for (const std::string value :
       {"-1", "1000001", "99999999999999999999", "4.5", "0x28", "1e3", " 1", "many", ""}) {
    EXPECT_EQ(errorOf({"--web.max-requests=" + value}),
              "--web.max-requests: expected a whole number from 0 to 1000000, got '" + value + "'");
  }
  EXPECT_THAT(errorOf({"--runtime.gomaxprocs=-1"}), HasSubstr("--runtime.gomaxprocs: expected"));
}

TEST(Options, RefuseADurationOutOfItsRange) {
  for (const std::string value :
       {"-1s", "0s", "0", "999us", "24h1ns", "99999999h", "soon", "5", ""}) {
    EXPECT_EQ(errorOf({"--scrape.timeout=" + value}),
              "--scrape.timeout: expected a duration such as 5s or 250ms, from 1ms to 24h, got '" +
                  value + "'");
  }
  EXPECT_THAT(errorOf({"--scrape.timeout-offset=-1ns"}), HasSubstr("from 0s to 24h, got '-1ns'"));
}

TEST(Options, TakeTheEndsOfARange) {
  EXPECT_EQ(parse({"--web.max-requests=0"})->maxRequests, 0u);
  EXPECT_EQ(parse({"--web.max-requests=1000000"})->maxRequests, 1'000'000u);
  EXPECT_EQ(parse({"--scrape.timeout=1ms"})->scrapeTimeout, std::chrono::milliseconds(1));
  EXPECT_EQ(parse({"--scrape.timeout=24h"})->scrapeTimeout, std::chrono::hours(24));
  EXPECT_EQ(parse({"--scrape.timeout-offset=0s"})->scrapeTimeoutOffset.count(), 0);
}

TEST(Options, CheckTheFlagsOfCollectorsThatAreOffToo) {
  const auto refusal = [](const std::string& flag) {
    return errorOf({"--collector.disable-defaults", "--collector." + flag});
  };
  EXPECT_EQ(refusal("ntp.server-port=0"),
            "--collector.ntp.server-port: expected a whole number from 1 to 65535, got '0'");
  EXPECT_THAT(refusal("ntp.protocol-version=5"), HasSubstr("from 2 to 4, got '5'"));
  EXPECT_THAT(refusal("ntp.ip-ttl=256"), HasSubstr("from 0 to 255, got '256'"));
  EXPECT_THAT(refusal("ntp.max-distance=-1s"), HasSubstr("from 0s to 2562047h, got '-1s'"));
  EXPECT_THAT(refusal("ntp.local-offset-tolerance=-1ms"), HasSubstr("from 0s"));
  EXPECT_THAT(refusal("cgroup.depth=-1"), HasSubstr("from 0 to 1000000, got '-1'"));
  EXPECT_THAT(refusal("namedprocess.recheck-with-time-limit=-1s"), HasSubstr("from 0s"));
  EXPECT_THAT(refusal("filesystem.mount-timeout=0s"), HasSubstr("from 1ms to 24h, got '0s'"));
  EXPECT_THAT(refusal("filesystem.stat-workers=many"), HasSubstr("a whole number, got 'many'"));
}

TEST(Options, TakeAsFewWorkersAsNodeExporter) {
  EXPECT_EQ(errorOf({"--collector.filesystem.stat-workers=-1"}), "");
}

TEST(Options, RefuseAWordThatIsNoneOfTheChoices) {
  EXPECT_EQ(errorOf({"--log.level=loud"}),
            "--log.level: expected one of debug, info, warn, error, got 'loud'");
  EXPECT_EQ(errorOf({"--log.format="}), "--log.format: expected one of logfmt, json, got ''");
}

TEST(Options, RefuseAListenAddressThatIsNone) {
  for (const std::string address : {":65536", ":-1", ":http", "10190", "::1:9100", ""}) {
    EXPECT_THAT(errorOf({"--web.listen-address=:1", "--web.listen-address=" + address}),
                StartsWith("--web.listen-address: cannot listen on " + address + ": expected"));
  }
}

TEST(Options, RefuseATelemetryPathThatNoRequestCanHave) {
  for (const std::string path :
       {"", "metrics", "//metrics", "/a/../metrics", "/./metrics", "/-/healthy", "/-/ready"}) {
    EXPECT_EQ(
        errorOf({"--web.telemetry-path=" + path}),
        "--web.telemetry-path: expected a path of its own such as /metrics, got '" + path + "'");
  }
  for (const std::string path : {"/", "/metrics/", "/a/b", "/a b"}) {
    EXPECT_EQ(errorOf({"--web.telemetry-path=" + path}), "");
  }
}

TEST(Options, TakeValuesThatBeginWithADash) {
  EXPECT_EQ(parse({"--path.procfs=-a"})->roots.procfs, "-a");
  EXPECT_EQ(parse({"--path.procfs=--once"})->roots.procfs, "--once");
  EXPECT_EQ(parse({"--path.procfs", "-1"})->roots.procfs, "-1");
  EXPECT_EQ(
      parse({"--collector.systemd.unit-include=-1"})->flags.text("collector.systemd.unit-include"),
      "-1");
}

TEST(Options, RefuseAFlagWithoutItsValue) {
  EXPECT_EQ(errorOf({"--path.procfs"}), "--path.procfs: expected a value");
  EXPECT_EQ(errorOf({"--collector.cgroup.depth", "--once"}),
            "--collector.cgroup.depth: expected a value, got the flag --once");
}

TEST(Options, RefuseAFlagThatComesTwice) {
  EXPECT_EQ(errorOf({"--path.procfs=/a", "--path.procfs=/b"}),
            "--path.procfs: given more than once");
  EXPECT_EQ(errorOf({"--collector.loadavg", "--no-collector.loadavg"}),
            "--collector.loadavg or --no-collector.loadavg: given more than once");
}

TEST(Options, RefuseAValueForASwitch) {
  EXPECT_EQ(errorOf({"--collector.loadavg=true"}),
            "--collector.loadavg: unexpected value 'true', switches take none");
}

TEST(Options, PrintTheVersion) {
  std::string output;
  EXPECT_FALSE(parse({"--version"}, &output).has_value());
  EXPECT_THAT(output, StartsWith("orchestrator_exporter, version "));
}

TEST(Options, PrintHelpInGroups) {
  const std::string help = helpOf({"--help-all"});
  EXPECT_THAT(help, HasSubstr("\nServing\n  --web.listen-address=HOST:PORT\n"));
  EXPECT_THAT(help, HasSubstr("\nCollectors that run by default\n  arp "));
  EXPECT_THAT(help, HasSubstr(" loadavg "));
  EXPECT_THAT(help, HasSubstr("\n  --[no-]collector.cpu.info\n"));
  EXPECT_THAT(help, Not(HasSubstr("gomaxprocs"))) << "works, and is not in --help";
}

TEST(Options, PrintOfHelpWhatIsUsedMostOnOneScreen) {
  const std::string help = helpOf({"--help"});
  EXPECT_LT(std::ranges::count(help, '\n'), 60);
  EXPECT_THAT(help, HasSubstr("\n  --web.listen-address=HOST:PORT"));
  EXPECT_THAT(help, HasSubstr("\n  --help collectors "));
  EXPECT_THAT(help, HasSubstr("\n  --help-all "));
  EXPECT_THAT(help, Not(HasSubstr("--web.openmetrics-created")));
  EXPECT_EQ(helpOf({"-h"}), help);
}

TEST(Options, PrintHelpOfOneTopic) {
  const std::string help = helpOf({"--help", "serving"});
  EXPECT_THAT(help, StartsWith("Serving\n  --web.listen-address=HOST:PORT"));
  EXPECT_THAT(help, HasSubstr("--web.config.file=TEXT"));
  EXPECT_THAT(help, Not(HasSubstr("--log.level")));
  EXPECT_EQ(helpOf({"--help=serving"}), help);
  EXPECT_EQ(errorOf({"--help", "cooking"}),
            "--help: expected one of serving, scraping, host, pushes, history, more, log, "
            "collectors, got 'cooking'");
}

TEST(Options, PrintHelpAsWideAsTheTerminal) {
  for (const std::size_t columns : {60u, 80u, 132u}) {
    std::istringstream lines(helpOf({"--help-all"}, std::to_string(columns)));
    std::size_t longest = 0;
    for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
    EXPECT_LE(longest, columns);
    EXPECT_GT(longest, columns - 10);
  }
}

}  // namespace orchestrator_exporter
