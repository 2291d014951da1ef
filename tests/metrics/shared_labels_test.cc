#include "metrics/shared_labels.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace orchestrator_exporter {

TEST(SharedLabels, SayWhatTheyWereMadeOf) {
  const SharedLabels labels(R"({a="b"})", 1'700'000'000);
  EXPECT_TRUE(labels);
  EXPECT_EQ(labels.text(), R"({a="b"})");
  EXPECT_EQ(labels.created(), 1'700'000'000);
  EXPECT_EQ(SharedLabels("", 0).text(), "");
  EXPECT_FALSE(SharedLabels());
}

TEST(SharedLabels, StayAsLongAsAnybodyHoldsThem) {
  auto first = SharedLabels(std::string(100, 'x'), 1);
  SharedLabels second = first;
  EXPECT_EQ(second.text().data(), first.text().data());
  first = {};
  EXPECT_FALSE(first);
  EXPECT_EQ(second.text(), std::string(100, 'x'));
  const SharedLabels third = std::move(second);
  EXPECT_EQ(third.text(), std::string(100, 'x'));
}

TEST(SharedLabels, AreHeldByThreadsOfAnyNumber) {
  SharedLabels labels(R"({a="b"})", 1);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([labels] {
      for (int j = 0; j < 1'000; ++j) {
        const std::vector<SharedLabels> held(3, labels);
        EXPECT_EQ(held.back().text(), R"({a="b"})");
      }
    });
  }
  labels = {};
}

}  // namespace orchestrator_exporter
