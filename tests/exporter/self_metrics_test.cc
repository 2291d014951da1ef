#include "exporter/self_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <ctime>
#include <map>
#include <sstream>
#include <string>

#include "exporter/kernel/ip_octets.h"
#include "tests/support/collectors.h"
#include "tests/support/expositions.h"
#include "tests/support/open_descriptors.h"

namespace orchestrator_exporter {

namespace {

// What is told of this process in a scrape that reads with this kernel.
std::map<std::string, double> samplesOf(Kernel& kernel) {
  const SelfMetrics self;
  std::istringstream lines(exposeText([&](Sink& out) { self.collect(kernel, out); }));
  std::map<std::string, double> samples;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.rfind(' ');
    if (!line.starts_with('#')) samples[line.substr(0, space)] = std::stod(line.substr(space));
  }
  return samples;
}

std::map<std::string, double> samples() {
  Kernel kernel{Roots{}};
  return samplesOf(kernel);
}

}  // namespace

TEST(SelfMetrics, HaveTheNamesOfPrometheusClientLibraries) {
  std::vector<std::string> names;
  for (const auto& [name, value] : samples()) names.push_back(name);
  EXPECT_THAT(names,
              testing::ElementsAre(
                  "process_cpu_seconds_total", "process_max_fds",
                  "process_network_receive_bytes_total", "process_network_transmit_bytes_total",
                  "process_open_fds", "process_resident_memory_bytes", "process_start_time_seconds",
                  "process_virtual_memory_bytes", "process_virtual_memory_max_bytes"));
}

TEST(SelfMetrics, TellWhatThisProcessUses) {
  auto told = samples();
  EXPECT_GE(told["process_resident_memory_bytes"], 1e6);
  EXPECT_GE(told["process_virtual_memory_bytes"], told["process_resident_memory_bytes"]);
  EXPECT_GE(told["process_cpu_seconds_total"], 0);
  const auto now = static_cast<double>(std::time(nullptr));
  EXPECT_LE(told["process_start_time_seconds"], now + 1);
  EXPECT_GE(told["process_start_time_seconds"], now - 3600);
}

TEST(SelfMetrics, CountDescriptorsAndTellTheirLimit) {
  const double before = samples()["process_open_fds"];
  const Descriptor one = openDirectory("/");
  const Descriptor other = openDirectory("/");
  EXPECT_EQ(samples()["process_open_fds"], before + 2);
  EXPECT_NEAR(before, static_cast<double>(test::openDescriptors()), 4);
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  EXPECT_EQ(samples()["process_max_fds"], static_cast<double>(limit.rlim_cur));
}

TEST(SelfMetrics, TakeTheOctetsThatTheScrapeHasReadAlready) {
  Kernel kernel{Roots{}};
  shareIpOctets(kernel, {.received = 12, .sent = 34});
  auto told = samplesOf(kernel);
  EXPECT_EQ(told["process_network_receive_bytes_total"], 12);
  EXPECT_EQ(told["process_network_transmit_bytes_total"], 34);
}

TEST(SelfMetrics, LeaveOutWhatIsNotKnown) {
  Kernel kernel{Roots{}};
  shareIpOctets(kernel, {.received = 12, .sent = std::nullopt});
  EXPECT_FALSE(samplesOf(kernel).contains("process_network_transmit_bytes_total"));
}

TEST(SelfMetrics, AreThoseOfThisProcessWhateverHostIsRead) {
  TempSystem system;
  system.file("proc/self/stat", "1 (other) S 0 1 1 0 -1 0 0 0 0 0 900000 0 0 0 20 0 1 0 0 0 0\n");
  Kernel kernel(system.roots());
  auto told = samplesOf(kernel);
  EXPECT_LT(told["process_cpu_seconds_total"], 9000);
  EXPECT_GE(told["process_resident_memory_bytes"], 1e6);
}

}  // namespace orchestrator_exporter
