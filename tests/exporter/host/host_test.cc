#include "exporter/host/host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <condition_variable>
#include <thread>

#include "tests/support/collectors.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;
using testing::Not;

// A gate that the blocking collector waits at. Closed, it holds every run that comes by.
class Gate {
 public:
  void open() { set(true); }
  void close() { set(false); }
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  int arrived() {
    const std::lock_guard lock(mutex_);
    return arrived_;
  }

 private:
  void set(bool open) {
    const std::lock_guard lock(mutex_);
    open_ = open;
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  int arrived_ = 0;
};

// Outlives every thread that a test leaves behind.
Gate& gate() {
  static Gate* const theGate = new Gate;
  return *theGate;
}

class Blocking final : public Collector {
 public:
  bool mayBlock() const override { return true; }
  void collect(Kernel&, Sink& out) override {
    gate().pass();
    out.gauge("node_blocking", "Given when the gate is open.").add(1);
  }
};

class Failing final : public Collector {
 public:
  void collect(Kernel&, Sink& out) override {
    out.gauge("node_failing", "Given before the failure.").add(1);
    throw ParseError("proc/failing", 1, "a number", "abc");
  }
};

class Missing final : public Collector {
 public:
  void collect(Kernel&, Sink&) override { throw NoData{}; }
};

// Has no data either, and counts how often it was asked.
std::atomic<int> questions = 0;
class Asked final : public Collector {
 public:
  void collect(Kernel&, Sink&) override {
    ++questions;
    throw NoData{};
  }
};

// Finds out in its first run that it may block.
class Discovering final : public Collector {
 public:
  bool mayBlock() const override { return runs_ > 0; }
  void collect(Kernel&, Sink& out) override {
    ++runs_;
    const bool own = std::this_thread::get_id() != scraper_;
    out.gauge("node_discovering_on_own_thread", "Whether the scrape's thread is another.")
        .add(own ? 1 : 0);
  }

 private:
  int runs_ = 0;
  std::thread::id scraper_ = std::this_thread::get_id();
};

// Shares the number of its run.
class Sharing final : public Collector {
 public:
  struct Number {
    int value = 0;
  };
  void collect(Kernel& kernel, Sink&) override {
    ++runs_;
    kernel.shared<Number>([&] { return Number{runs_}; });
  }

 private:
  int runs_ = 0;
};

const RegisterCollector<Sharing> sharing{{.name = "test_sharing", .onByDefault = kOffByDefault}};
const RegisterCollector<Discovering> discovering{
    {.name = "test_discovering", .onByDefault = kOffByDefault}};
const RegisterCollector<Missing> deprecated{
    {.name = "test_deprecated", .onByDefault = kOffByDefault, .deprecated = true}};
const RegisterCollector<Asked> asked{{.name = "test_asked", .onByDefault = kOffByDefault}};
const RegisterCollector<Blocking> blocking{{.name = "test_blocking", .onByDefault = kOffByDefault}};
const RegisterCollector<Failing> failing{{.name = "test_failing", .onByDefault = kOffByDefault}};
const RegisterCollector<Missing> missing{{.name = "test_missing", .onByDefault = kOffByDefault}};

// A host with only these collectors, over the typical fixture.
Host::Config only(std::initializer_list<std::string> collectors) {
  Host::Config config;
  config.roots = fixture("typical");
  for (const CollectorDefinition& definition : collectorDefinitions()) {
    config.flags.enableCollector(definition.name, false);
  }
  for (const std::string& name : collectors) config.flags.enableCollector(name, true);
  return config;
}

std::string scrape(Host& host, const Wanted& selection = {}) {
  return exposeText([&](Sink& out) { host.collect(out, selection); });
}

constexpr std::chrono::duration<double> kShort = std::chrono::milliseconds(30);

}  // namespace

TEST(Host, ReportsDurationAndSuccessOfEachCollector) {
  Host host(only({"loadavg", "test_failing", "test_missing"}));
  const std::string text = scrape(host);
  EXPECT_THAT(text, HasSubstr("node_load1 0.21\n"));
  EXPECT_THAT(text, HasSubstr("node_scrape_collector_duration_seconds{collector=\"loadavg\"} "));
  EXPECT_THAT(text, HasSubstr("node_scrape_collector_success{collector=\"loadavg\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("node_scrape_collector_success{collector=\"test_failing\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("node_scrape_collector_success{collector=\"test_missing\"} 0\n"));
}

TEST(Host, KeepsTheSamplesThatCameBeforeAFailure) {
  Host host(only({"test_failing"}));
  EXPECT_THAT(scrape(host), HasSubstr("node_failing 1\n"));
}

TEST(Host, LetsOthersReadWhatTheCollectorsOfAScrapeShare) {
  Host host(only({"test_sharing", "test_failing"}));
  for (int scrape = 1; scrape <= 2; ++scrape) {
    int calls = 0;
    exposeText([&](Sink& out) {
      host.collect(out, {}, [&](Kernel& kernel) {
        ++calls;
        // Made by the collector, and new in each scrape.
        EXPECT_EQ(kernel.shared<Sharing::Number>([] { return Sharing::Number{-1}; }).value, scrape);
      });
    });
    EXPECT_EQ(calls, 1);
  }
}

TEST(Host, LogsALastingFaultOnce) {
  std::vector<std::string> logged;
  Host::Config config = only({"test_failing", "loadavg"});
  config.log = [&](LogLevel, std::string_view message) { logged.emplace_back(message); };
  Host host(std::move(config));
  scrape(host);
  scrape(host);
  EXPECT_THAT(logged, testing::ElementsAre("collector test_failing failed: proc/failing:1: "
                                           "expected a number, got 'abc'"));
}

TEST(Host, WarnsOfDeprecatedCollectorsAtTheStart) {
  std::vector<std::string> logged;
  Host::Config config = only({"test_deprecated", "loadavg"});
  config.log = [&](LogLevel level, std::string_view message) {
    if (level == LogLevel::kWarn) logged.emplace_back(message);
  };
  const Host host(std::move(config));
  EXPECT_THAT(logged, testing::ElementsAre("collector test_deprecated is deprecated"));
}

TEST(Host, RunsOnlyTheCollectorsThatAreAskedFor) {
  Host host(only({"loadavg", "test_failing"}));
  EXPECT_THAT(scrape(host, {.only = {"loadavg"}}), Not(HasSubstr("test_failing")));
  EXPECT_THAT(scrape(host, {.except = {"test_failing", "nonsense"}}),
              Not(HasSubstr("test_failing")));
}

TEST(Host, TakesAnExclusionOfEverythingForNone) {
  Host host(only({"loadavg"}));
  EXPECT_THAT(scrape(host, {.except = {"loadavg"}}), HasSubstr("node_load1"));
}

TEST(Host, NamesACollectorThatItCannotRun) {
  Host host(only({"loadavg"}));
  const auto errorOf = [&](const std::string& name) -> std::string {
    try {
      scrape(host, {.only = {name}});
    } catch (const UnknownCollector& error) {
      return error.what();
    }
    return {};
  };
  EXPECT_EQ(errorOf("nonsense"), "unknown collector: nonsense");
  EXPECT_EQ(errorOf("test_failing"), "disabled collector: test_failing");
}

TEST(Host, RefusesABadExpressionOfACollectorThatIsOffToo) {
  Host::Config config = only({"loadavg"});
  config.flags.give("collector.netdev.device-exclude", "(");
  EXPECT_THAT([&] { Host host(config); },
              testing::ThrowsMessage<StartError>(
                  HasSubstr("--collector.netdev.device-exclude: bad regular expression '('")));
}

TEST(Host, RefusesARootFileSystemThatIsNotThere) {
  Host::Config config;
  config.roots.rootfs = "/nonexistent";
  EXPECT_THAT([&] { Host host(config); },
              testing::ThrowsMessage<StartError>(
                  "--path.rootfs: cannot read /nonexistent: No such file or directory"));
}

TEST(Host, RefusesAProcfsThatIsNotThere) {
  Host::Config config = only({"loadavg"});
  config.roots.procfs = "/nonexistent/proc";
  EXPECT_THROW(Host{std::move(config)}, StartError);
}

TEST(Host, TellsHowItsCollectorsFared) {
  Host host(only({"loadavg", "test_missing"}));
  EXPECT_FALSE(host.statuses()[0].result.has_value());
  scrape(host);
  const auto statuses = host.statuses();
  ASSERT_EQ(statuses.size(), 2u);
  EXPECT_TRUE(statuses[0].success());
  EXPECT_EQ(statuses[1].name, "test_missing");
  EXPECT_EQ(statuses[1].error, "no data");
}

TEST(Host, RunsABlockingCollectorOnItsThread) {
  gate().open();
  Host host(only({"test_blocking"}));
  EXPECT_THAT(scrape(host), HasSubstr("node_blocking 1\n"));
  EXPECT_THAT(scrape(host), HasSubstr("node_blocking 1\n"));
}

TEST(Host, MovesACollectorToItsThreadOnceItMayBlock) {
  Host host(only({"test_discovering"}));
  EXPECT_THAT(scrape(host), HasSubstr("node_discovering_on_own_thread 0\n"));
  EXPECT_THAT(scrape(host), HasSubstr("node_discovering_on_own_thread 1\n"));
  EXPECT_THAT(scrape(host), HasSubstr("node_discovering_on_own_thread 1\n"));
}

TEST(Host, AsksSeldomWhatHadNoDataOnARunningKernel) {
  Host::Config config = only({"test_asked"});
  config.roots = Roots{};
  Host host(std::move(config));
  questions = 0;
  for (int i = 0; i < 33; ++i) {
    EXPECT_THAT(scrape(host),
                HasSubstr("node_scrape_collector_success{collector=\"test_asked\"} 0\n"));
  }
  // Every sixteenth time, and more often only where devices come meanwhile.
  EXPECT_GE(questions, 3);
  EXPECT_LT(questions, 33);
}

TEST(Host, AsksEachTimeOverATreeOfFiles) {
  Host host(only({"test_asked"}));
  questions = 0;
  for (int i = 0; i < 10; ++i) scrape(host);
  EXPECT_EQ(questions, 10);
}

TEST(Host, LosesNoRunWhileACollectorMoves) {
  for (int round = 0; round < 20; ++round) {
    Host host(only({"test_discovering"}));
    std::vector<std::thread> scrapes;
    std::atomic<int> complete = 0;
    for (int i = 0; i < 8; ++i) {
      scrapes.emplace_back([&] {
        if (scrape(host).find("\nnode_discovering_on_own_thread ") != std::string::npos) ++complete;
      });
    }
    for (std::thread& thread : scrapes) thread.join();
    EXPECT_EQ(complete, 8);
  }
}

TEST(Host, GoesOutWithoutACollectorThatHangs) {
  gate().close();
  Host host(only({"loadavg", "test_blocking"}));
  const std::string text = scrape(host, {.budget = kShort});
  EXPECT_THAT(text, HasSubstr("node_load1 0.21\n"));
  EXPECT_THAT(text, HasSubstr("node_scrape_collector_success{collector=\"test_blocking\"} 0\n"));
  EXPECT_THAT(text,
              HasSubstr("node_scrape_collector_timeout_total{collector=\"test_blocking\"} 1\n"));
  gate().open();
}

TEST(Host, NeverStartsACollectorThatStillHangs) {
  gate().close();
  Host host(only({"test_blocking"}));
  const int before = gate().arrived();
  scrape(host, {.budget = kShort});
  scrape(host);  // would wait for ten seconds if it waited at all
  EXPECT_EQ(gate().arrived(), before + 1);
  gate().open();
}

TEST(Host, RunsACollectorAgainThatCameBack) {
  gate().close();
  Host host(only({"test_blocking"}));
  scrape(host, {.budget = kShort});
  gate().open();
  std::string text;
  for (int tries = 0; tries < 1000 && text.find("node_blocking 1") == std::string::npos; ++tries) {
    text = scrape(host);
    std::this_thread::yield();
  }
  EXPECT_THAT(text, HasSubstr("node_blocking 1\n"));
}

TEST(Host, SharesOneRunAmongScrapesAtTheSameTime) {
  gate().close();
  Host host(only({"test_blocking"}));
  const int before = gate().arrived();
  std::vector<std::thread> scrapes;
  std::atomic<int> complete = 0;
  for (int i = 0; i < 16; ++i) {
    scrapes.emplace_back([&] {
      if (scrape(host).find("node_blocking 1") != std::string::npos) ++complete;
    });
  }
  while (gate().arrived() == before) std::this_thread::yield();
  gate().open();
  for (std::thread& thread : scrapes) thread.join();
  EXPECT_EQ(complete, 16);
}

TEST(Host, LosesOnlyTheCollectorWhoseFileIsAFifo) {
  TempSystem system;
  system.file("proc/uptime", "1 1\n");
  ASSERT_EQ(mkfifo(system.path("proc/loadavg").c_str(), 0600), 0);
  Host::Config config = only({"loadavg", "uname"});
  config.roots = system.roots();
  Host host(std::move(config));
  const std::string text = scrape(host);
  EXPECT_THAT(text, HasSubstr("node_scrape_collector_success{collector=\"loadavg\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("node_scrape_collector_success{collector=\"uname\"} 1\n"));
}

TEST(Host, IsDestroyedWithoutWaitingForARunThatHangs) {
  gate().close();
  {
    Host host(only({"test_blocking"}));
    scrape(host, {.budget = kShort});
  }
  gate().open();
}

}  // namespace orchestrator_exporter
