#include "exporter/reloads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/expositions.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Files of one configuration whose states are numbers.
class ReloadsTest : public testing::Test {
 protected:
  ReloadsTest() {
    for (int* state : {&first_, &second_}) {
      reloads_.add([this, state] {
        if (fault_ && state == &second_) throw std::runtime_error("rules.yml:7: a fault");
        return [state] { ++*state; };
      });
    }
  }
  std::string given() {
    return exposeText([&](Sink& out) { reloads_.collect(out); });
  }

  std::vector<std::string> told_;
  Reloads reloads_{[this](LogLevel, std::string_view line) { told_.emplace_back(line); }};
  bool fault_ = false;
  int first_ = 0;
  int second_ = 0;
};

}  // namespace

TEST_F(ReloadsTest, SwapAllIfNoneIsAtFault) {
  EXPECT_EQ(reloads_.reload(), std::nullopt);
  EXPECT_EQ(first_ + second_, 2);
}

TEST_F(ReloadsTest, SwapNoneIfOneIsAtFault) {
  fault_ = true;
  EXPECT_EQ(reloads_.reload(), "rules.yml:7: a fault");
  EXPECT_EQ(first_ + second_, 0);
  EXPECT_THAT(told_, testing::ElementsAre(
                         "reload failed, everything stays as it was: rules.yml:7: a fault"));
}

TEST_F(ReloadsTest, TellHowTheLastOneWentFromTheFirstOn) {
  constexpr const char* kWorked = "\norchestrator_exporter_config_last_reload_successful 1\n";
  EXPECT_THAT(given(), IsEmpty());
  fault_ = true;
  reloads_.reload();
  EXPECT_THAT(given(), HasSubstr("_config_last_reload_successful 0\n"));
  EXPECT_THAT(given(), Not(HasSubstr("timestamp")));
  fault_ = false;
  reloads_.reload();
  EXPECT_THAT(given(), HasSubstr(kWorked));
  EXPECT_THAT(given(), HasSubstr("\norchestrator_exporter_config_last_reload_success_timestamp_"
                                 "seconds 1"));
}

}  // namespace orchestrator_exporter
