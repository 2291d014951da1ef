#include "metrics/base/thread_slots.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "metrics/instruments/process_metrics.h"
#include "tests/support/registry_test.h"

namespace orchestrator_exporter {

TEST(ThreadSlots, GiveEachThreadAnObjectOfItsOwn) {
  const PerThread<int> numbers;
  *numbers.get() = 1;
  std::thread([&] {
    EXPECT_EQ(*numbers.get(), 0);
    *numbers.get() = 2;
    EXPECT_EQ(*numbers.get(), 2);
  }).join();
  EXPECT_EQ(*numbers.get(), 1);
}

TEST(ThreadSlots, GiveANewOwnerNewObjects) {
  std::optional<PerThread<int>> first;
  first.emplace();
  *first->get() = 1;
  first.reset();
  const PerThread<int> second;  // takes the place of the first
  const PerThread<int> third;
  EXPECT_EQ(*second.get(), 0);
  EXPECT_EQ(*third.get(), 0);
  *third.get() = 3;
  EXPECT_EQ(*second.get(), 0);
}

struct CountsItsEnd {
  static inline std::atomic<int> ends{0};
  ~CountsItsEnd() { ++ends; }
};

TEST(ThreadSlots, EndTheObjectsWithTheirThread) {
  const PerThread<CountsItsEnd> objects;
  const int before = CountsItsEnd::ends;
  std::thread([&] { EXPECT_NE(objects.get(), nullptr); }).join();
  EXPECT_EQ(CountsItsEnd::ends, before + 1);
}

TEST(ThreadSlots, EndAnObjectWhenItsPlaceIsTaken) {
  const int before = CountsItsEnd::ends;
  std::optional<PerThread<CountsItsEnd>> first(std::in_place);
  EXPECT_NE(first->get(), nullptr);
  first.reset();
  const PerThread<CountsItsEnd> second;
  EXPECT_EQ(CountsItsEnd::ends, before);
  EXPECT_NE(second.get(), nullptr);
  EXPECT_EQ(CountsItsEnd::ends, before + 1);
}

TEST(ThreadSlots, MakeAnObjectOfAnother) {
  struct Doubled {
    explicit Doubled(const int& number) : value(2 * number) {}
    int value;
  };
  const PerThread<Doubled> doubled;
  int number = 4;
  EXPECT_EQ(doubled.get(number)->value, 8);
  number = 5;
  EXPECT_EQ(doubled.get(number)->value, 8);
}

// Records at the very end of its thread, when nothing can be remembered for it any more.
struct RecordsLate {
  ProcessMetrics* metrics = nullptr;
  ~RecordsLate() {
    if (metrics != nullptr) metrics->recordError("p", "late");
  }
};

class ThreadsThatEnd : public RegistryTest {
 protected:
  std::string errors(const std::string& type) {
    return value("process_errors_total{error_type=\"" + type + "\",process_id=\"p\"}");
  }
  ProcessMetrics metrics{registry};
};

TEST_F(ThreadsThatEnd, MayRecordWhileTheirObjectsAreDestroyed) {
  for (int i = 0; i < 10; ++i) {
    std::thread([&] {
      thread_local RecordsLate late;  // destroyed after what the library keeps for the thread
      late.metrics = &metrics;
      metrics.recordError("p", "early");
    }).join();
  }
  EXPECT_EQ(errors("early"), "10");
  EXPECT_EQ(errors("late"), "10");
}

TEST_F(ThreadsThatEnd, MayOutliveWhatTheyRecordedTo) {
  for (int i = 0; i < 3; ++i) {
    ProcessMetrics own(registry);
    own.recordError("p", "e");
  }
  EXPECT_EQ(errors("e"), "3");
}

TEST_F(ThreadsThatEnd, LoseNothingWhereverTheyLeave) {
  constexpr int kRounds = 20;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, records = round * 8 + i] {
        for (int record = 0; record < records; ++record) metrics.recordError("p", "e");
      });
    }
    text();
    for (std::thread& thread : threads) thread.join();
  }
  constexpr int kThreads = kRounds * 8;
  EXPECT_EQ(errors("e"), std::to_string(kThreads * (kThreads - 1) / 2));
}

}  // namespace orchestrator_exporter
