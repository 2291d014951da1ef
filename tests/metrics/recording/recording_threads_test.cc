// Many threads at one collector: nothing is lost, whatever happens to the threads.
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "metrics/recording/metrics_collector.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int kUpdates = 50'000;
#else
constexpr int kUpdates = 1'000'000;
#endif
constexpr int kThreads = 8;

class RecordingThreads : public testing::Test {
 protected:
  Counter tokens(const std::string& orchestrator, const std::string& model) {
    return registry
        .counter("orchestrator_tokens_used_total", "Tokens consumed.", {"orchestrator_id", "model"},
                 {.maxSeries = 100'000})
        .with({orchestrator, model});
  }
  double rejectedAs(const std::string& reason) {
    return registry
        .counter("metrics_collector_rejected_updates_total",
                 "Records that changed nothing, by what was wrong with them.", {"reason"})
        .with({reason})
        .value();
  }
  void scrape() {
    exposeText([this](Sink& out) { registry.collect(out); });
  }
  // Runs one thread each with its number, and meanwhile() until they are done.
  template <typename Run, typename Meanwhile>
  void runThreads(Run run, Meanwhile meanwhile) {
    std::atomic<int> running{kThreads};
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        run(i);
        --running;
      });
    }
    while (running != 0) meanwhile();
    for (std::thread& thread : threads) thread.join();
  }

  MetricsRegistry registry;
};

class RecordingThreadsInModes : public RecordingThreads,
                                public testing::WithParamInterface<bool> {};
INSTANTIATE_TEST_SUITE_P(Batching, RecordingThreadsInModes, testing::Bool(),
                         [](const auto& batching) { return batching.param ? "On" : "Off"; });

TEST_P(RecordingThreadsInModes, EndInExactSums) {
  const int updates = GetParam() ? kUpdates : kUpdates / 10;
  MetricsCollector collector(registry, {.enableBatching = GetParam()});
  runThreads(
      [&](int thread) {
        const std::string own = "orch-" + std::to_string(thread);
        for (int i = 0; i < updates; ++i) {
          switch (i % 4) {
            case 0:
              collector.recordTokenUsage("shared", "m", 3);
              break;
            case 1:
              collector.recordTokenUsage(own, "m", 1);
              break;
            case 2:
              collector.recordMessageLatency("shared", 250);
              break;
            case 3:
              collector.recordToolInvocation("shared", "bash", i % 8 == 3 ? "success" : "error");
              break;
          }
        }
      },
      [&] {
        scrape();
        std::this_thread::yield();
      });
  collector.flush();

  EXPECT_EQ(tokens("shared", "m").value(), 3.0 * kThreads * updates / 4);
  for (int thread = 0; thread < kThreads; ++thread) {
    EXPECT_EQ(tokens("orch-" + std::to_string(thread), "m").value(), updates / 4);
  }
  const AggregatedStats stats = collector.aggregatedStats("shared");
  const auto each = static_cast<std::uint64_t>(kThreads) * static_cast<std::uint64_t>(updates) / 4;
  EXPECT_EQ(stats.totalTokens, 3.0 * static_cast<double>(each));
  EXPECT_EQ(stats.toolInvocations, each);
  EXPECT_EQ(stats.failedToolCalls, each / 2);
  EXPECT_DOUBLE_EQ(stats.avgLatency, 250);
}

TEST_F(RecordingThreads, LoseNothingWhenTheyEnd) {
  MetricsCollector collector(registry);
  constexpr int kRounds = 50;
  for (int round = 0; round < kRounds; ++round) {
    runThreads(
        [&](int) {
          for (int i = 0; i < 130; ++i) collector.recordTokenUsage("o", "m", 1);
        },
        [&] { scrape(); });
  }
  EXPECT_EQ(tokens("o", "m").value(), 130.0 * kThreads * kRounds);
}

struct Victim {
  MetricsCollector& collector;
  std::atomic<std::int64_t> recorded{0};
  std::atomic<std::int64_t> total{0};

  static void* run(void* self) {
    auto& victim = *static_cast<Victim*>(self);
    for (;;) {
      victim.collector.recordTokenUsage("o", "m", 1);
      ++victim.recorded;
      pthread_testcancel();
    }
  }
};

TEST_F(RecordingThreads, LoseNothingWhenTheyAreKilled) {
  MetricsCollector collector(registry);
  Victim victim{collector};
  for (int round = 0; round < 20; ++round) {
    const std::int64_t before = victim.recorded;
    std::vector<pthread_t> threads(4);
    for (pthread_t& thread : threads) {
      ASSERT_EQ(pthread_create(&thread, nullptr, &Victim::run, &victim), 0);
    }
    while (victim.recorded < before + 500) std::this_thread::yield();
    for (const pthread_t thread : threads) pthread_cancel(thread);
    for (const pthread_t thread : threads) pthread_join(thread, nullptr);
  }
  EXPECT_EQ(tokens("o", "m").value(), static_cast<double>(victim.recorded));
}

// Leaves its thread from deep inside, with no return and no exception of ours.
void* recordAndLeave(void* argument) {
  auto& victim = *static_cast<Victim*>(argument);
  const std::int64_t records = 1 + victim.recorded++ % 257;  // before, at and after a full queue
  for (std::int64_t i = 0; i < records; ++i) victim.collector.recordTokenUsage("exits", "m", 1);
  victim.total += records;
  pthread_exit(nullptr);
}

TEST_F(RecordingThreads, LoseNothingWhenTheyLeaveAtAnyPoint) {
  MetricsCollector collector(registry);
  Victim victim{collector};
  for (int round = 0; round < 150; ++round) {
    std::vector<pthread_t> threads(4);
    for (pthread_t& thread : threads) {
      ASSERT_EQ(pthread_create(&thread, nullptr, &recordAndLeave, &victim), 0);
    }
    scrape();
    for (const pthread_t thread : threads) pthread_join(thread, nullptr);
  }
  EXPECT_EQ(tokens("exits", "m").value(), static_cast<double>(victim.total));
  EXPECT_EQ(collector.aggregatedStats("exits").totalTokens, static_cast<double>(victim.total));
}

struct RecordsAtItsEnd {
  MetricsCollector* collector = nullptr;
  ~RecordsAtItsEnd() {
    if (collector != nullptr) collector->recordTokenUsage("o", "m", 1);
  }
};

TEST_F(RecordingThreads, MayRecordWhileTheirObjectsAreDestroyed) {
  MetricsCollector collector(registry);
  std::thread([&] {
    thread_local RecordsAtItsEnd early;  // destroyed after what the collector keeps
    early.collector = &collector;
    collector.recordTokenUsage("o", "m", 1);
  }).join();
  EXPECT_EQ(tokens("o", "m").value(), 2);
}

TEST_F(RecordingThreads, CountEveryRecordOnceWhenTheCollectorCloses) {
  for (int round = 0; round < 20; ++round) {
    const double before = tokens("o", "m").value() + rejectedAs("closed");
    MetricsCollector collector(registry);
    std::atomic<int> started{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        ++started;
        for (int j = 0; j < 2000; ++j) collector.recordTokenUsage("o", "m", 1);
      });
    }
    while (started < 4) std::this_thread::yield();
    std::thread other([&] { collector.close(); });
    collector.close();
    const double atClose = tokens("o", "m").value();
    other.join();
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(tokens("o", "m").value(), atClose);
    EXPECT_EQ(tokens("o", "m").value() + rejectedAs("closed"), before + 8000);
  }
}

TEST_F(RecordingThreads, SeeEverythingThatWasRecordedBeforeAFlush) {
  MetricsCollector collector(registry);
  std::atomic<int> done{0};
  runThreads(
      [&](int thread) {
        const Counter own = tokens("o" + std::to_string(thread), "m");
        for (int i = 1; i <= 300; ++i) {
          collector.recordTokenUsage("o" + std::to_string(thread), "m", 1);
          collector.flush();
          if (own.value() == i) ++done;
        }
      },
      [&] { collector.flush(); });
  EXPECT_EQ(done, 300 * kThreads);
}

TEST_F(RecordingThreads, CountMoreSeriesThanTheyRemember) {
  MetricsCollector collector(registry);
  constexpr int kSeries = 6000;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < kSeries; ++i) collector.recordTokenUsage("o", std::to_string(i), 1);
  }
  EXPECT_EQ(collector.aggregatedStats("o").totalTokens, 3.0 * kSeries);
  for (int i = 0; i < kSeries; ++i) ASSERT_EQ(tokens("o", std::to_string(i)).value(), 3) << i;
}

// Each session is handed to the next thread, which ends it.
TEST_F(RecordingThreads, EndTheSessionsOfOthersWithoutFalseAlarm) {
  MetricsCollector collector(registry);
  constexpr int kSessions = 5000;
  std::vector<std::atomic<int>> handedOver(kThreads);
  runThreads(
      [&](int thread) {
        auto& mine = handedOver[static_cast<std::size_t>(thread)];
        auto& next = handedOver[static_cast<std::size_t>((thread + 1) % kThreads)];
        int ended = 0;
        for (int started = 0; started < kSessions || ended < kSessions;) {
          if (started < kSessions) {
            collector.recordSessionStart("o", "t");
            ++started;
            ++next;
          }
          while (ended < mine) {
            collector.recordSessionEnd("o", "t");
            ++ended;
          }
          if (started == kSessions) std::this_thread::yield();
        }
      },
      [&] {
        scrape();
        std::this_thread::yield();
      });
  const std::string text = exposeText([this](Sink& out) { registry.collect(out); });
  EXPECT_NE(text.find("orchestrator_sessions_active{orchestrator_id=\"o\",session_type=\"t\"} 0\n"),
            std::string::npos);
  EXPECT_EQ(rejectedAs("end_without_start"), 0);
  EXPECT_EQ(collector.aggregatedStats("o").activeSessions, 0);
}

TEST_F(RecordingThreads, GetAnswersFromSeriesThatAreRemovedMeanwhile) {
  MetricsCollector collector(registry);
  const Counters family = registry.counter("orchestrator_tokens_used_total", "Tokens consumed.",
                                           {"orchestrator_id", "model"}, {.maxSeries = 100'000});
  runThreads(
      [&](int) {
        for (int i = 0; i < 5000; ++i) collector.recordTokenUsage("o", "m", 1);
      },
      [&] {
        family.remove({"o", "m"});
        scrape();
      });
  EXPECT_EQ(collector.aggregatedStats("o").totalTokens, 5000.0 * kThreads);
}

}  // namespace orchestrator_exporter
