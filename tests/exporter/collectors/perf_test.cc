#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/perf_event.h>
#include <sys/mount.h>

#include "exporter/kernel/machine/perf_event.h"
#include "tests/support/collectors.h"

namespace orchestrator_exporter {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

bool mayCount() {
  return PerfEvent(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES, 0).isOpen();
}

// Flags that leave only the kernel's own counters on the first processor, with more of them given.
Flags softwareOnly(std::initializer_list<std::pair<std::string, std::string>> more = {}) {
  Flags flags{{"collector.perf.cpus", "0"},
              {"collector.perf.disable-hardware-profilers", "true"},
              {"collector.perf.disable-cache-profilers", "true"}};
  for (const auto& [name, value] : more) flags.give(name, value);
  return flags;
}

std::string errorOf(const std::string& flag, const std::string& value,
                    const TempSystem& system = TempSystem()) {
  return collectError("perf", system, softwareOnly({{"collector.perf." + flag, value}}));
}

}  // namespace

TEST(Perf, CountsWhatTheKernelDoesOnAProcessor) {
  if (!mayCount()) GTEST_SKIP() << "the kernel refuses perf events";
  const std::string text = collectText("perf", TempSystem(), softwareOnly());
  EXPECT_THAT(text, HasSubstr("# TYPE node_perf_context_switches_total counter\n"));
  for (const char* family :
       {"context_switches", "cpu_migrations", "major_faults", "minor_faults", "page_faults"}) {
    EXPECT_THAT(text, ContainsRegex("\nnode_perf_" + std::string(family) +
                                    "_total\\{cpu=\"0\"\\} [0-9]+\n"));
  }
  EXPECT_THAT(text, Not(HasSubstr("cpu=\"1\"")));
}

TEST(Perf, LeavesOutWhatTheMachineLacks) {
  if (!mayCount()) GTEST_SKIP() << "the kernel refuses perf events";
  EXPECT_EQ(collectError("perf", TempSystem()), "");
  EXPECT_THAT(collectSamples("perf", TempSystem(), softwareOnly({{"collector.perf.cpus", "9999"}})),
              IsEmpty());
}

TEST(Perf, CountsOnTheProcessorsThatTheFlagNames) {
  if (!mayCount()) GTEST_SKIP() << "the kernel refuses perf events";
  const auto samples = [](const char* list) {
    return collectSamples("perf", TempSystem(), softwareOnly({{"collector.perf.cpus", list}}));
  };
  EXPECT_THAT(samples("0-4096:4096"), HasSubstr("cpu=\"0\""));
  EXPECT_THAT(samples("9999,0,0"), HasSubstr("node_perf_page_faults_total{cpu=\"0\"}"));
}

TEST(Perf, DoesNotStartWithProcessorsThatMakeNoSense) {
  for (const char* list : {"abc", ",", "0,", " 0", "-1", "0-", "1-0", "0-1:x", "0-1:0", "0--1", "1:2",
                           "99999999999999999999", "0-99999999"}) {
    EXPECT_EQ(errorOf("cpus", list),
              "--collector.perf.cpus: expected processors such as "
              "0,2-5,8-16:2, got '" +
                  std::string(list) + "'");
  }
}

TEST(Perf, TakesTheProfilersThatTheFlagsName) {
  if (!mayCount()) GTEST_SKIP() << "the kernel refuses perf events";
  const auto samples = [](std::initializer_list<std::pair<std::string, std::string>> flags) {
    return collectSamples("perf", TempSystem(), softwareOnly(flags));
  };
  const std::string some = samples({{"collector.perf.software-profilers", "MinorFault"},
                                    {"collector.perf.software-profilers", "NoSuch"}});
  EXPECT_THAT(some, HasSubstr("minor_faults"));
  EXPECT_THAT(some, Not(HasSubstr("context_switches")));
  EXPECT_THAT(samples({{"collector.perf.software-profilers", "NoSuch"}}),
              HasSubstr("context_switches"));
  EXPECT_THAT(samples({{"collector.perf.disable-software-profilers", "true"}}), IsEmpty());
}

TEST(Perf, TellsOfAProfilerThatItDoesNotKnow) {
  if (!mayCount()) GTEST_SKIP() << "the kernel refuses perf events";
  EXPECT_EQ(collectComplaint("perf", TempSystem(),
                             softwareOnly({{"collector.perf.software-profilers", "MinorFault"},
                                           {"collector.perf.software-profilers", "NoSuch"}})),
            "--collector.perf.software-profilers: no such counter: NoSuch");
}

TEST(Perf, DoesNotStartWithATracepointThatIsNone) {
  if (!mayCount()) GTEST_SKIP() << "the kernel refuses perf events";
  EXPECT_EQ(errorOf("tracepoint", "sched"),
            "--collector.perf.tracepoint: expected subsystem:event, got 'sched'");
  EXPECT_EQ(errorOf("tracepoint", "a:b:c"),
            "--collector.perf.tracepoint: expected subsystem:event, got 'a:b:c'");
  EXPECT_EQ(errorOf("tracepoint", "sched:none"),
            "--collector.perf.tracepoint: cannot read the id of 'sched:none' below "
            "sys/kernel/tracing/events");
  TempSystem system;
  system.file("sys/kernel/tracing/events/sched/garbled/id", "abc\n")
      .file("sys/kernel/tracing/events/sched/unknown/id", "4294967295\n");
  EXPECT_THAT(errorOf("tracepoint", "sched:garbled", system), HasSubstr("cannot read the id"));
  EXPECT_THAT(errorOf("tracepoint", "sched:unknown", system),
              HasSubstr("cannot open the counter sched:unknown"));
}

TEST(Perf, CountsATracepointOfTheRunningKernel) {
  if (!mayCount()) GTEST_SKIP() << "the kernel refuses perf events";
  TempSystem system;
  system.directory("sys/kernel/tracing");
  const std::string tracing = system.path("sys/kernel/tracing");
  if (mount("tracefs", tracing.c_str(), "tracefs", 0, nullptr) != 0) {
    GTEST_SKIP() << "tracefs cannot be mounted";
  }
  const std::string text =
      collectText("perf", system,
                  softwareOnly({{"collector.perf.tracepoint", "sched:sched_switch"},
                                {"collector.perf.tracepoint", "sched:sched_switch"}}));
  umount(tracing.c_str());
  EXPECT_THAT(text, HasSubstr("# TYPE node_perf_sched_sched_switch counter\n"));
  EXPECT_THAT(text, ContainsRegex("\nnode_perf_sched_sched_switch\\{cpu=\"0\"\\} [0-9]+\n"));
}

}  // namespace orchestrator_exporter
