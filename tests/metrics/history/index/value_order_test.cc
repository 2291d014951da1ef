#include "metrics/history/index/value_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace orchestrator_exporter::history {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// An order of texts whose numbers are their places in a list.
class Texts {
 public:
  void insert(const std::string& text) {
    texts_.push_back(text);
    order_.insert(static_cast<ValueId>(texts_.size() - 1), textOf_);
  }
  void erase(const std::string& text) { order_.erase(*order_.find(text, textOf_), textOf_); }
  bool has(const std::string& text) const { return order_.find(text, textOf_).has_value(); }
  std::vector<std::string> after(const std::string& text, std::size_t most) const {
    std::vector<std::string> found;
    more = order_.forEachAfter(text, most, textOf_,
                               [&](ValueId value) { found.push_back(texts_[value]); });
    return found;
  }
  const ValueOrder& order() const { return order_; }

  mutable bool more = false;  // was left by after()

 private:
  std::vector<std::string> texts_;
  ValueOrder order_;
  const std::function<std::string_view(ValueId)> textOf_ = [this](ValueId value) {
    return std::string_view(texts_[value]);
  };
};

constexpr std::size_t kAll = 1'000'000;

}  // namespace

TEST(ValueOrder, IsThatOfTheTexts) {
  Texts texts;
  EXPECT_TRUE(texts.order().empty());
  for (const char* text : {"d", "a", "c", "b"}) texts.insert(text);
  EXPECT_THAT(texts.after("", kAll), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(texts.after("b", kAll), ElementsAre("c", "d"));
  EXPECT_THAT(texts.after("bb", kAll), ElementsAre("c", "d"));
  EXPECT_THAT(texts.after("d", kAll), IsEmpty());
}

TEST(ValueOrder, IsGoneThroughInParts) {
  Texts texts;
  for (const char* text : {"a", "b", "c"}) texts.insert(text);
  EXPECT_THAT(texts.after("", 2), ElementsAre("a", "b"));
  EXPECT_TRUE(texts.more);
  EXPECT_THAT(texts.after("b", 2), ElementsAre("c"));
  EXPECT_FALSE(texts.more);
  EXPECT_THAT(texts.after("", 3), ElementsAre("a", "b", "c"));
  EXPECT_FALSE(texts.more);
}

TEST(ValueOrder, HoldsWhateverComesAndGoes) {
  std::mt19937 random(5);
  Texts texts;
  std::map<std::string, bool> expected;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = std::to_string(random() % 3'000);
    ASSERT_EQ(texts.has(text), expected.contains(text));
    if (expected.contains(text)) {
      // More come than go, until about half of all are there.
      if (random() % 2 == 0) continue;
      texts.erase(text);
      expected.erase(text);
    } else {
      texts.insert(text);
      expected.emplace(text, true);
    }
  }
  std::vector<std::string> all;
  for (const auto& [text, is] : expected) all.push_back(text);
  EXPECT_EQ(texts.after("", kAll), all);
  for (const std::string& text : all) texts.erase(text);
  EXPECT_TRUE(texts.order().empty());
}

TEST(ValueOrder, TakesThemInOrderToo) {
  Texts texts;
  std::vector<std::string> all;
  for (int i = 10'000; i < 11'000; ++i) {
    all.push_back(std::to_string(i));
    texts.insert(all.back());
  }
  EXPECT_EQ(texts.after("", kAll), all);
}

}  // namespace orchestrator_exporter::history
