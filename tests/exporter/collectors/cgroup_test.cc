#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "exporter/kernel/machine/cgroup_tree.h"
#include "metrics/base/errors.h"
#include "tests/support/exposition_check.h"
#include "tests/support/mutations.h"
#include "tests/support/scraped_collector.h"
#include "tests/support/test_process.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kSession = "user.slice/agent-7.scope/";

// A host on which an agent's session runs in its own scope.
TempSystem& withSession(TempSystem& system) {
  const std::string at = "sys/fs/cgroup/" + std::string(kSession);
  return system.file("sys/fs/cgroup/cgroup.controllers", "cpu io memory pids\n")
      .file(at + "cgroup.controllers", "cpu io memory pids\n")
      .file(at + "cpu.stat",
            "usage_usec 4500000\nuser_usec 3000000\nsystem_usec 1500000\nnice_usec 0\n"
            "nr_periods 20\nnr_throttled 4\nthrottled_usec 250000\nnr_bursts 1\nburst_usec 1000\n")
      .file(at + "cpu.max", "150000 100000\n")
      .file(at + "memory.current", "8589934592\n")
      .file(at + "memory.peak", "9000000000\n")
      .file(at + "memory.max", "max\n")
      .file(at + "memory.high", "17179869184\n")
      .file(at + "memory.stat", "anon 8000000000\nfile 4096\npgfault 70\npgmajfault 7\nfuture 1\n")
      .file(at + "memory.events", "low 0\nhigh 3\nmax 0\noom 2\noom_kill 1\n")
      .file(at + "io.stat", "8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n")
      .file(at + "pids.current", "12\n")
      .file(at + "pids.max", "100\n")
      .file(at + "pids.events", "max 5\n")
      .file(at + "memory.pressure",
            "some avg10=0.00 avg60=0.00 avg300=0.00 total=2500000\n"
            "full avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\n")
      .link("sys/dev/block/8:0", "../../devices/pci0000:00/block/sda");
}

// The lines of the session alone, with its labels taken out.
std::string sessionOf(const std::string& samples) {
  const std::string labels = "cgroup=\"/user.slice/agent-7.scope\",";
  std::istringstream lines(samples);
  std::string own;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("agent-7.scope\"") == std::string::npos) continue;
    for (const std::string& label :
         {labels, std::string(",runtime=\"systemd\",unit=\"agent-7.scope\""),
          std::string("runtime=\"systemd\",unit=\"agent-7.scope\"")}) {
      if (const auto at = line.find(label); at != std::string::npos) line.erase(at, label.size());
    }
    own += line + "\n";
  }
  return own;
}

// The cgroup v2 directory of this machine; empty if there is none.
std::string realRoot() {
  Kernel kernel{Roots{}};
  const auto root = cgroupRoot(kernel);
  return root ? kernel.resolve(*root) : "";
}

double firstNumber(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  for (std::string word; file >> word;) {
    if (word == key && file >> word) return std::stod(word);
    if (word.starts_with(key + "=")) return std::stod(word.substr(key.size() + 1));
  }
  return -1;
}

// A scope of this machine's own, gone with the object.
class Scope {
 public:
  Scope() : name_(test::uniqueName("exporter-test-") + ".scope"), path_(realRoot() + "/" + name_) {
    made_ = path_.size() > name_.size() + 1 && mkdir(path_.c_str(), 0755) == 0;
  }
  ~Scope() {
    if (!made_) return;
    // Empty only when the last process is gone from the kernel's list.
    test::await([&] { return rmdir(path_.c_str()) == 0 || errno != EBUSY; });
  }
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  bool take(pid_t process) const {
    if (!made_) return false;
    std::ofstream file(path_ + "/cgroup.procs");
    file << process << std::flush;
    return file.good();
  }
  const std::string& name() const { return name_; }
  const std::string& path() const { return path_; }

 private:
  std::string name_;
  std::string path_;
  bool made_ = false;
};

}  // namespace

TEST(Cgroup, TellsWhatASessionInAScopeOfItsOwnUses) {
  TempSystem system;
  EXPECT_EQ(sessionOf(collectSamples("cgroup", withSession(system))),
            R"(cgroup_cpu_burst_periods_total{} 1
cgroup_cpu_burst_seconds_total{} 0.001
cgroup_cpu_limit_cpus{} 1.5
cgroup_cpu_periods_total{} 20
cgroup_cpu_seconds_total{mode="user"} 3
cgroup_cpu_seconds_total{mode="system"} 1.5
cgroup_cpu_throttled_periods_total{} 4
cgroup_cpu_throttled_seconds_total{} 0.25
cgroup_io_discarded_bytes_total{device="sda"} 0
cgroup_io_discards_total{device="sda"} 0
cgroup_io_read_bytes_total{device="sda"} 4096
cgroup_io_reads_total{device="sda"} 1
cgroup_io_writes_total{device="sda"} 2
cgroup_io_written_bytes_total{device="sda"} 8192
cgroup_memory_current_bytes{} 8589934592
cgroup_memory_events_total{event="low"} 0
cgroup_memory_events_total{event="high"} 3
cgroup_memory_events_total{event="max"} 0
cgroup_memory_events_total{event="oom"} 2
cgroup_memory_events_total{event="oom_kill"} 1
cgroup_memory_high_bytes{} 17179869184
cgroup_memory_major_page_faults_total{} 7
cgroup_memory_page_faults_total{} 70
cgroup_memory_peak_bytes{} 9000000000
cgroup_memory_stat_bytes{field="anon"} 8000000000
cgroup_memory_stat_bytes{field="file"} 4096
cgroup_pids{} 12
cgroup_pids_limit{} 100
cgroup_pids_limit_hits_total{} 5
cgroup_pressure_stalled_seconds_total{resource="memory"} 1
cgroup_pressure_waiting_seconds_total{resource="memory"} 2.5
)");
}

TEST(Cgroup, LabelsTheCgroupWithItsUnit) {
  TempSystem system;
  EXPECT_THAT(collectText("cgroup", withSession(system)),
              HasSubstr("\ncgroup_memory_current_bytes{cgroup=\"/user.slice/agent-7.scope\","
                        "runtime=\"systemd\",unit=\"agent-7.scope\"} 8589934592\n"));
}

TEST(Cgroup, LabelsAContainerWithItsIdAndRuntime) {
  const std::string id(64, 'c');
  TempSystem system;
  system.file("sys/fs/cgroup/cgroup.controllers", "pids\n")
      .file("sys/fs/cgroup/docker/" + id + "/cgroup.controllers", "pids\n")
      .file("sys/fs/cgroup/docker/" + id + "/pids.current", "3\n");
  EXPECT_EQ(collectSamples("cgroup", system), "cgroup_pids{cgroup=\"/docker/" + id +
                                                  "\",container_id=\"" + id +
                                                  "\",runtime=\"docker\"} 3\n");
}

TEST(Cgroup, TakesOnlyWhatTheExpressionsAndTheDepthTake) {
  TempSystem system;
  system.file("sys/fs/cgroup/cgroup.controllers", "pids\n");
  for (const char* path : {"a.slice", "a.slice/b.scope", "a.slice/c.scope", "a.slice/b.scope/d"}) {
    system.file("sys/fs/cgroup/" + std::string(path) + "/cgroup.controllers", "pids\n")
        .file("sys/fs/cgroup/" + std::string(path) + "/pids.current", "1\n");
  }
  const auto taken = [&](std::initializer_list<std::pair<std::string, std::string>> flags) {
    const std::string samples = collectSamples("cgroup", system, Flags(flags));
    return std::count(samples.begin(), samples.end(), '\n');
  };
  EXPECT_EQ(taken({}), 4);
  EXPECT_EQ(taken({{"collector.cgroup.depth", "2"}}), 3);
  EXPECT_EQ(taken({{"collector.cgroup.depth", "0"}}), 0);
  EXPECT_EQ(taken({{"collector.cgroup.include", "\\.scope$"}}), 2);
  EXPECT_EQ(taken({{"collector.cgroup.exclude", "/b\\.scope"}}), 2);
  EXPECT_THROW(taken({{"collector.cgroup.include", "("}}), StartError);
}

TEST(Cgroup, ShowsNothingForWhatTheKernelDoesNotTell) {
  TempSystem system;
  system.file("sys/fs/cgroup/cgroup.controllers", "\n")
      .file("sys/fs/cgroup/a/cgroup.controllers", "cpu io memory pids\n")
      .file("sys/fs/cgroup/a/memory.max", "max\n")
      .file("sys/fs/cgroup/a/pids.max", "max\n")
      .file("sys/fs/cgroup/a/cpu.max", "max 100000\n")
      .file("sys/fs/cgroup/a/io.stat", "");
  EXPECT_EQ(collectSamples("cgroup", system), "");
  EXPECT_EQ(collectError("cgroup", system), "");
}

TEST(Cgroup, AsksForNothingOfControllersThatAreOff) {
  TempSystem system;
  system.file("sys/fs/cgroup/cgroup.controllers", "memory\n")
      .file("sys/fs/cgroup/memory.current", "4096\n")
      .file("sys/fs/cgroup/pids.current", "1\n")
      .file("sys/fs/cgroup/cpu.stat", "user_usec 1000000\n");
  EXPECT_EQ(collectSamples("cgroup", system),
            "cgroup_cpu_seconds_total{cgroup=\"/\",mode=\"user\"} 1\n"
            "cgroup_memory_current_bytes{cgroup=\"/\"} 4096\n");
}

TEST(Cgroup, TellsThatUsersHaveClosedTheirCgroups) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to be able to become nobody";
  TempSystem system;
  withSession(system);
  chmod(system.path("").c_str(), 0755);
  chmod(system.path("sys/fs/cgroup/" + std::string(kSession) + "memory.current").c_str(), 0);
  const std::string told = test::asNobody([&] {
    ScrapedCollector scraped("cgroup", system, Flags{});
    scraped.scrape();
    return std::string(scraped.body().find("cgroup_memory_current") == std::string::npos &&
                               scraped.body().find("cgroup_memory_peak") != std::string::npos
                           ? "the rest: "
                           : "else: ") +
           scraped.complaint();
  });
  EXPECT_EQ(told, "the rest: files of some cgroups cannot be read: CAP_DAC_READ_SEARCH would help");
}

TEST(Cgroup, ReadsDevicesThatStandOnOneLine) {
  TempSystem system;
  system.file("sys/fs/cgroup/cgroup.controllers", "io\n")
      .file("sys/fs/cgroup/io.stat", "7:0 8:16 rbytes=1 wbytes=2\n");
  EXPECT_EQ(collectSamples("cgroup", system),
            "cgroup_io_read_bytes_total{cgroup=\"/\",device=\"8:16\"} 1\n"
            "cgroup_io_written_bytes_total{cgroup=\"/\",device=\"8:16\"} 2\n");
}

TEST(Cgroup, HasNoDataWithoutCgroupV2) {
  TempSystem system;
  EXPECT_EQ(collectError("cgroup", system), "no data");
}

TEST(Cgroup, ALineThatMakesNoSenseCostsItselfAndIsTold) {
  const auto complaintOf = [](const std::string& file, const std::string& content) {
    TempSystem system;
    system.file("sys/fs/cgroup/cgroup.controllers", "cpu io memory\n")
        .file("sys/fs/cgroup/" + file, content)
        .file("sys/fs/cgroup/memory.peak", "5\n");
    EXPECT_THAT(collectSamples("cgroup", system), HasSubstr("cgroup_memory_peak_bytes"));
    return collectComplaint("cgroup", system);
  };
  EXPECT_EQ(complaintOf("cpu.stat", "usage_usec 1\nuser_usec x\n"),
            "sys/fs/cgroup/cpu.stat:2: expected a whole number of at most 64 bits, got 'x'");
  EXPECT_THAT(complaintOf("memory.current", "\n"), HasSubstr("sys/fs/cgroup/memory.current:1: "));
  EXPECT_THAT(complaintOf("cpu.max", "1 0\n"), HasSubstr("expected a period, got '0'"));
  EXPECT_THAT(complaintOf("io.stat", "8:0 rbytes=x\n"), HasSubstr("behind rbytes=, got 'x'"));
  EXPECT_THAT(complaintOf("io.pressure", "some avg10=0 avg60=0 avg300=0 all=1\n"),
              HasSubstr("expected total= and microseconds, got 'all=1'"));
}

TEST(Cgroup, ReadsWhatIsThereWhereItsControllersCannotBeRead) {
  TempSystem system;
  system.directory("sys/fs/cgroup/cgroup.controllers").file("sys/fs/cgroup/memory.peak", "5\n");
  EXPECT_THAT(collectSamples("cgroup", system), HasSubstr("cgroup_memory_peak_bytes"));
  EXPECT_EQ(collectComplaint("cgroup", system), "sys/fs/cgroup/cgroup.controllers: Is a directory");
}

// An unknown row of a pressure is neither of the two.
TEST(Cgroup, PassesOverRowsThatItDoesNotKnow) {
  TempSystem system;
  system.file("sys/fs/cgroup/cgroup.controllers", "cpu\n")
      .file("sys/fs/cgroup/cpu.pressure",
            "some avg10=0 avg60=0 avg300=0 total=1\nmost avg10=0 avg60=0 avg300=0 total=2\n\n")
      .file("sys/fs/cgroup/cpu.stat", "future x\n\n");
  EXPECT_THAT(collectSamples("cgroup", system),
              Not(HasSubstr("cgroup_pressure_stalled_seconds_total")));
  EXPECT_EQ(collectComplaint("cgroup", system), "");
}

TEST(Cgroup, StaysReadableWhateverTheFilesSay) {
  TempSystem system;
  withSession(system);
  const std::string folder = "sys/fs/cgroup/" + std::string(kSession);
  for (const auto& entry : std::filesystem::directory_iterator(system.path(folder))) {
    const std::string path = folder + entry.path().filename().string();
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string original{std::istreambuf_iterator<char>(file), {}};
    for (const Mutation& mutation : contentMutations()) {
      SCOPED_TRACE(path + " " + std::string(mutation.name));
      system.file(path, mutation.apply(original));
      ScrapedCollector scraped("cgroup", system, Flags{});
      try {
        scraped.scrape();
      } catch (const ParseError&) {
        // is an answer
      }
      EXPECT_EQ(expositionFault(scraped.body()), "");
    }
    system.file(path, original);
  }
}

TEST(Cgroup, WritesHostileNamesAsValidText) {
  TempSystem system;
  system.file("sys/fs/cgroup/cgroup.controllers", "pids\n")
      .file("sys/fs/cgroup/a\"\\\xff/cgroup.controllers", "pids\n")
      .file("sys/fs/cgroup/a\"\\\xff/pids.current", "3\n");
  const std::string body = collectText("cgroup", system);
  EXPECT_EQ(expositionFault(body), "");
  EXPECT_THAT(body, HasSubstr("cgroup_pids{cgroup=\"/a\\\"\\\\\xef\xbf\xbd\"} 3\n"));
}

TEST(Cgroup, AgreesWithTheKernelAboutAScopeOfThisMachine) {
  const Scope scope;
  test::TestProcess process(test::uniqueName("scoped"), [] { test::burnCpu(0.05); });
  if (!scope.take(process.pid())) GTEST_SKIP() << "no cgroup v2 can be made here";
  process.perform();
  process.awaitState('S');
  ScrapedCollector scraped("cgroup", Roots{},
                           Flags{{"collector.cgroup.include", "/" + scope.name() + "$"}});
  scraped.scrape();
  const std::string labels = "runtime=\"systemd\",unit=\"" + scope.name() + "\"}";
  const std::string own = "{cgroup=\"/" + scope.name() + "\",";
  const std::string cpu = "cgroup_cpu_seconds_total" + own;
  const double user = firstNumber(scope.path() + "/cpu.stat", "user_usec") / 1e6;
  const double system = firstNumber(scope.path() + "/cpu.stat", "system_usec") / 1e6;
  EXPECT_GE(user + system, 0.04);
  EXPECT_DOUBLE_EQ(scraped.at(cpu + "mode=\"user\"," + labels), user);
  EXPECT_DOUBLE_EQ(scraped.at(cpu + "mode=\"system\"," + labels), system);
  if (std::filesystem::exists(scope.path() + "/cpu.pressure")) {
    EXPECT_DOUBLE_EQ(
        scraped.at("cgroup_pressure_waiting_seconds_total" + own + "resource=\"cpu\"," + labels),
        firstNumber(scope.path() + "/cpu.pressure", "total") / 1e6);
  }
  if (std::filesystem::exists(scope.path() + "/pids.current")) {
    EXPECT_EQ(scraped.at("cgroup_pids" + own + labels), 1);
  }
  EXPECT_EQ(expositionFault(scraped.body()), "");
  process.end();
}

}  // namespace orchestrator_exporter
