#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

#include "metrics/base/errors.h"
#include "tests/support/exposition_check.h"
#include "tests/support/mutations.h"
#include "tests/support/process_copy.h"
#include "tests/support/scraped_collector.h"

// The collector over trees that stand for procfs, for what real processes do not do on demand.
namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;
using testing::Not;

using test::booted;
using test::CopiedTask;
using test::writeProcess;
using test::writeThread;

ScrapedCollector watch(const TempSystem& system, const std::string& names = "app") {
  return ScrapedCollector("namedprocess", system, Flags{{"collector.namedprocess.names", names}});
}

std::string series(const std::string& family, const std::string& more = {}) {
  return "namedprocess_namegroup_" + family + "{groupname=\"app\"" + more + "}";
}

}  // namespace

TEST(NamedprocessCopy, CountsAScrapeInWhichProcessesCannotBeListed) {
  TempSystem system;
  writeProcess(booted(system), {});
  ScrapedCollector scraped = watch(system);
  system.remove("proc").file("proc", "no directory");
  // What proc/stat told at the start is enough.
  EXPECT_THROW(scraped.scrape(), ReadError);
  EXPECT_EQ(scraped.value("namedprocess_scrape_errors"), 1);
  EXPECT_EQ(scraped.value("namedprocess_scrape_partial_errors"), 0);
  EXPECT_THAT(scraped.body(), Not(HasSubstr("groupname")));
}

TEST(NamedprocessCopy, LeavesTheStartOutWhileTheBootIsNotKnown) {
  TempSystem system;
  writeProcess(system, {});
  ScrapedCollector scraped = watch(system.file("proc/stat", "cpu 1\n"));
  scraped.scrape();
  EXPECT_EQ(scraped.value(series("num_procs")), 1);
  EXPECT_EQ(scraped.value(series("oldest_start_time_seconds")), std::nullopt);
  EXPECT_EQ(scraped.complaint(), "proc/stat does not tell when the host booted");
  booted(system);
  scraped.scrape();
  EXPECT_EQ(scraped.value(series("oldest_start_time_seconds")), 1700000000);
  EXPECT_EQ(scraped.complaint(), "");
}

TEST(NamedprocessCopy, NamesByTheStartOnceTheBootIsKnown) {
  TempSystem system;
  writeProcess(system, {});
  writeProcess(system, {.id = 20, .command = "other"});
  system.file("rules.yml",
              "process_names:\n- {name: '{{.Comm}} of {{.StartTime}}', comm: [app]}\n"
              "- {name: '{{.Comm}}', comm: [other]}\n");
  ScrapedCollector scraped("namedprocess", system,
                           Flags{{"collector.namedprocess.config", system.path("rules.yml")}});
  scraped.scrape();
  EXPECT_THAT(scraped.body(), Not(HasSubstr("groupname")));
  booted(system);
  scraped.scrape();
  EXPECT_THAT(scraped.body(), HasSubstr("groupname=\"app of 2023-11-1"));
  EXPECT_EQ(scraped.value("namedprocess_namegroup_num_procs{groupname=\"other\"}"), 1);
}

TEST(NamedprocessCopy, CountsOneErrorAProcessAndScrapeHoweverManyFilesFail) {
  TempSystem system;
  writeProcess(booted(system), {});
  system.remove("proc/10/io").directory("proc/10/io");
  system.remove("proc/10/wchan").remove("proc/10/fd").remove("proc/10/task");
  ScrapedCollector scraped = watch(system);
  scraped.scrape();
  // One of the first pass, and one of the scrape.
  EXPECT_EQ(scraped.value("namedprocess_scrape_partial_errors"), 2);
  EXPECT_EQ(scraped.value("namedprocess_scrape_procread_errors"), 0);
  EXPECT_EQ(scraped.value(series("num_procs")), 1);
}

TEST(NamedprocessCopy, ShowsNoValueThatItCannotRead) {
  TempSystem system;
  writeProcess(booted(system), {});
  system.remove("proc/10/io").remove("proc/10/fd");
  ScrapedCollector scraped = watch(system);
  scraped.scrape();
  EXPECT_EQ(scraped.value(series("read_bytes_total")), std::nullopt);
  EXPECT_EQ(scraped.value(series("open_filedesc")), std::nullopt);
  EXPECT_EQ(scraped.value(series("worst_fd_ratio")), std::nullopt);
}

TEST(NamedprocessCopy, TakesBytesThatBecomeReadableForNoGrowth) {
  TempSystem system;
  writeProcess(booted(system), {.readBytes = 5000});
  system.remove("proc/10/io");
  ScrapedCollector scraped = watch(system);
  scraped.scrape();
  writeProcess(system, {.readBytes = 6000});
  scraped.scrape();
  EXPECT_EQ(scraped.value(series("read_bytes_total")), 0);
  writeProcess(system, {.readBytes = 6500});
  scraped.scrape();
  EXPECT_EQ(scraped.value(series("read_bytes_total")), 500);
}

TEST(NamedprocessCopy, CountsAFirstPassThatCannotReadAProcess) {
  TempSystem system;
  writeProcess(booted(system), {});
  system.remove("proc/10/status").directory("proc/10/status");
  ScrapedCollector scraped = watch(system);
  scraped.scrape();
  EXPECT_EQ(scraped.value("namedprocess_scrape_procread_errors"), 1);
  EXPECT_EQ(scraped.value(series("num_procs")), std::nullopt);
}

TEST(NamedprocessCopy, NeverLetsACounterFall) {
  TempSystem system;
  writeProcess(booted(system), {.userTicks = 100, .voluntary = 50});
  ScrapedCollector scraped = watch(system);
  writeProcess(system, {.userTicks = 150, .voluntary = 60});
  scraped.scrape();
  const std::string switches =
      "namedprocess_namegroup_context_switches_total{ctxswitchtype=\"voluntary\",groupname="
      "\"app\"}";
  EXPECT_EQ(scraped.value(switches), 10);
  writeProcess(system, {.userTicks = 149, .voluntary = 7});
  scraped.scrape();
  EXPECT_EQ(scraped.value(switches), 10);
  EXPECT_EQ(scraped.value(series("cpu_seconds_total", ",mode=\"user\"")), 0.5);
}

TEST(NamedprocessCopy, TakesANumberWithAnotherStartTimeForANewProcess) {
  TempSystem system;
  writeProcess(booted(system), {.userTicks = 100});
  ScrapedCollector scraped = watch(system);
  // Started after the first pass, so that all it did counts.
  const long later = (std::time(nullptr) - 1700000000 + 3600) * 100;
  writeProcess(system, {.userTicks = 30, .startTicks = later});
  scraped.scrape();
  EXPECT_EQ(scraped.value(series("cpu_seconds_total", ",mode=\"user\"")), 0.3);
  EXPECT_EQ(scraped.value(series("num_procs")), 1);
}

TEST(NamedprocessCopy, TakesAnUnlimitedLimitForOneThatIsFarAway) {
  TempSystem system;
  writeProcess(booted(system), {});
  system.file("proc/10/limits", "Max open files   unlimited   unlimited   files\n");
  ScrapedCollector scraped = watch(system);
  scraped.scrape();
  EXPECT_NEAR(scraped.at(series("worst_fd_ratio")), 0, 1e-12);
  system.file("proc/10/limits", "Max open files   0   0   files\n");
  scraped.scrape();
  EXPECT_EQ(scraped.at(series("worst_fd_ratio")), std::numeric_limits<double>::infinity());
}

TEST(NamedprocessCopy, MergesThreadNamesThatBecomeEqualAsText) {
  TempSystem system;
  const CopiedTask process{.threads = 3};
  writeProcess(booted(system), process);
  writeThread(system, process, {.id = 11, .command = "\xff"});
  writeThread(system, process, {.id = 12, .command = "\xfe"});
  ScrapedCollector scraped = watch(system);
  scraped.scrape();
  EXPECT_EQ(scraped.value(series("thread_count", ",threadname=\"\xef\xbf\xbd\"")), 2);
  EXPECT_EQ(expositionFault(scraped.body()), "");
}

TEST(NamedprocessCopy, CountsWaitChannelsOfTheProcessAndItsThreads) {
  TempSystem system;
  const CopiedTask process{.threads = 2};
  writeProcess(booted(system), process);
  writeThread(system, process, {.id = 11});
  system.file("proc/10/task/11/wchan", "do_wait");
  ScrapedCollector scraped = watch(system);
  scraped.scrape();
  EXPECT_EQ(scraped.value(series("threads_wchan", ",wchan=\"do_wait\"")), 2);
  EXPECT_THAT(scraped.body(), Not(HasSubstr("wchan=\"0\"")));
}

TEST(NamedprocessCopy, ForgetsTheSumOfAThreadNameThatIsGone) {
  TempSystem system;
  const CopiedTask process{.threads = 2};
  const std::string cpu =
      series("thread_cpu_seconds_total", ",mode=\"user\",threadname=\"worker\"");
  writeProcess(booted(system), process);
  writeThread(system, process, {.id = 11, .command = "worker", .userTicks = 10});
  ScrapedCollector scraped = watch(system);
  writeThread(system, process, {.id = 11, .command = "worker", .userTicks = 30});
  scraped.scrape();
  EXPECT_EQ(scraped.value(cpu), 0.2);
  system.remove("proc/10/task/11");
  writeThread(system, process, {.id = 12, .command = "other"});
  scraped.scrape();
  EXPECT_EQ(scraped.value(cpu), std::nullopt);
  system.remove("proc/10/task/12");
  writeThread(system, process, {.id = 13, .command = "worker", .userTicks = 30});
  scraped.scrape();
  EXPECT_EQ(scraped.value(cpu), 0);
}

TEST(NamedprocessCopy, NamesUsersAsThePasswordFileDoes) {
  TempSystem system;
  writeProcess(booted(system), {});
  writeProcess(system, {.id = 20});
  system.file("etc/passwd", "daemon:x:1:1::/:/bin/false\nroot:x:0:0::/root:/bin/sh\n")
      .file("proc/20/status", "Uid:\t0\t4000000000\t0\t0\n")
      .file("rules.yml", "process_names: [{name: '{{.Username}}', comm: [app]}]");
  ScrapedCollector scraped("namedprocess", system,
                           Flags{{"collector.namedprocess.config", system.path("rules.yml")}});
  scraped.scrape();
  EXPECT_EQ(scraped.value("namedprocess_namegroup_num_procs{groupname=\"root\"}"), 1);
  EXPECT_EQ(scraped.value("namedprocess_namegroup_num_procs{groupname=\"4000000000\"}"), 1);
}

TEST(NamedprocessCopy, RefusesAConfigurationBesideNames) {
  TempSystem system;
  booted(system).file("rules.yml", "process_names: []");
  const Flags flags{{"collector.namedprocess.config", system.path("rules.yml")},
                    {"collector.namedprocess.names", "app"}};
  EXPECT_THROW(ScrapedCollector("namedprocess", system, flags), StartError);
}

TEST(NamedprocessCopy, StaysReadableWhateverTheFilesSay) {
  TempSystem system;
  const CopiedTask process{.threads = 2};
  writeProcess(booted(system), process);
  writeThread(system, process, {.id = 11});
  for (const char* name : {"stat", "status", "io", "cmdline", "limits", "wchan", "task/10/stat",
                           "task/10/status", "task/10/io"}) {
    const std::string path = "proc/10/" + std::string(name);
    std::ifstream file(system.path(path), std::ios::binary);
    const std::string original{std::istreambuf_iterator<char>(file), {}};
    for (const Mutation& mutation : contentMutations()) {
      SCOPED_TRACE(path + " " + std::string(mutation.name));
      system.file(path, mutation.apply(original));
      ScrapedCollector scraped = watch(system);
      EXPECT_NO_THROW(scraped.scrape());
      EXPECT_EQ(expositionFault(scraped.body()), "");
    }
    system.file(path, original);
  }
}

}  // namespace orchestrator_exporter
