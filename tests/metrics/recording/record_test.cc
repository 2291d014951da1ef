#include "metrics/recording/record.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter {

// What CheckedRecord::check() finds.
std::string faultOf(Record record) {
  std::string fault = "none";
  const auto checked = CheckedRecord::check(std::move(record), 16, fault);
  EXPECT_EQ(checked.has_value(), fault == "none");
  return fault;
}

TEST(CheckedRecord, IsTheRecordThatWasChecked) {
  std::string fault;
  const auto checked = CheckedRecord::check(
      {.type = RecordType::kTokenUsage, .texts = {"o", "m"}, .number = 7}, 16, fault);
  ASSERT_TRUE(checked.has_value()) << fault;
  EXPECT_EQ(checked->get().type, RecordType::kTokenUsage);
  EXPECT_EQ(checked->get().texts[1], "m");
  EXPECT_EQ(checked->get().number, 7);
}

TEST(CheckedRecord, SaysWhatIsWrongWithWhichField) {
  EXPECT_EQ(faultOf({.type = RecordType::kTokenUsage, .texts = {"o", "m"}, .number = -5}),
            "tokens: expected a number >= 0, got -5");
  EXPECT_EQ(faultOf({.type = RecordType::kTokenUsage, .texts = {"o", "m"}, .number = 1e308}),
            "tokens: expected a number from 0 to 1e+15, got 1e+308");
  EXPECT_EQ(faultOf({.type = RecordType::kNodeLoad, .texts = {"n"}, .number = 1.5}),
            "load: expected a number from 0 to 1, got 1.5");
  EXPECT_EQ(faultOf({.type = RecordType::kError, .texts = {"o", ""}}),
            "error_type: expected a text that is not empty, got ''");
  EXPECT_EQ(faultOf({.type = RecordType::kError, .texts = {"\xFF", "e"}}),
            "orchestrator_id: expected UTF-8, got '\\xff'");
  EXPECT_EQ(faultOf({.type = RecordType::kError, .texts = {"o", "17 bytes in all: "}}),
            "error_type: expected at most 16 bytes, got 17");
  EXPECT_EQ(faultOf({.type = RecordType::kDelegation, .texts = {"o", "p", "timeout"}}),
            "status: expected success, error or rejected, got 'timeout'");
}

TEST(CheckedRecord, MayBeOfEveryType) {
  EXPECT_EQ(faultOf({.type = RecordType::kSessionStart, .texts = {"o", "t"}}), "none");
  EXPECT_EQ(faultOf({.type = RecordType::kSessionEnd, .texts = {"o", "t"}}), "none");
  EXPECT_EQ(faultOf({.type = RecordType::kTokenUsage, .texts = {"o", "m"}, .number = 1}), "none");
  EXPECT_EQ(faultOf({.type = RecordType::kMessageLatency, .texts = {"o"}, .number = 1}), "none");
  EXPECT_EQ(faultOf({.type = RecordType::kToolInvocation, .texts = {"o", "t", "timeout"}}), "none");
  EXPECT_EQ(faultOf({.type = RecordType::kDelegation, .texts = {"o", "p", "rejected"}}), "none");
  EXPECT_EQ(faultOf({.type = RecordType::kError, .texts = {"o", "e"}}), "none");
  EXPECT_EQ(faultOf({.type = RecordType::kTokenUsage, .texts = {"o", "m"}, .number = 1e308}),
            "tokens: expected a number from 0 to 1e+15, got 1e+308");
  EXPECT_EQ(faultOf({.type = RecordType::kNodeLoad, .texts = {"n"}, .number = 1}), "none");
  EXPECT_EQ(faultOf({.type = RecordType::kBudgetUtilization, .texts = {"o", "daily"}, .number = 9}),
            "none");
}

}  // namespace orchestrator_exporter
