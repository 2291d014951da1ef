#include "exporter/kernel/storage/rpc_statistics.h"

#include <gtest/gtest.h>

#include <string>

namespace orchestrator_exporter {

namespace {

RpcStatistics read(std::string_view text) {
  return RpcStatistics({"proc/net/rpc/nfsd", text}, {{.key = "rc", .fewest = 3},
                                                     {.key = "net", .fewest = 4},
                                                     {.key = "proc3", .fewest = 2, .counted = true},
                                                     {.key = "th", .fewest = 1, .read = 2}});
}

// What is wrong with the first row that is refused.
std::string errorOf(std::string_view text) {
  const RpcStatistics statistics = read(text);
  return statistics.refusals().empty() ? "" : statistics.refusals().front().what();
}

}  // namespace

TEST(RpcStatistics, GivesNumbersByKeyAndPlace) {
  const RpcStatistics statistics = read("rc 0 5 177\nnet 1 2 3 18446744073709551615\n");
  EXPECT_EQ(statistics.value("rc", 0), 0);
  EXPECT_EQ(statistics.value("rc", 2), 177);
  EXPECT_EQ(statistics.value("net", 3), 0x1p64);  // the nearest number that a sample can hold
}

TEST(RpcStatistics, IsZeroWhereThereIsNoSuchNumber) {
  const RpcStatistics statistics = read("rc 1 2 3\n");
  EXPECT_EQ(statistics.value("rc", 3), 0);
  EXPECT_EQ(statistics.value("net", 0), 0);
}

TEST(RpcStatistics, LeavesTheCountOfNumbersOut) {
  const RpcStatistics statistics = read("proc3 3 70 80 90\n");
  EXPECT_EQ(statistics.value("proc3", 0), 70);
  EXPECT_EQ(statistics.value("proc3", 2), 90);
}

TEST(RpcStatistics, RefusesACountThatLies) {
  for (const char* row : {"proc3 2 1 2 3", "proc3 4 1 2 3", "proc3 -3 1 2 3", "proc3 x 1 2 3",
                          "proc3 18446744073709551615 1 2", "proc3 1 7"}) {
    EXPECT_NE(errorOf(row), "") << row;
  }
}

TEST(RpcStatistics, ReadsNoMoreThanItsRuleSays) {
  // Fractions of seconds follow, which no whole numbers are.
  const RpcStatistics statistics = read("th 8 0 0.000 1.500\n");
  EXPECT_EQ(statistics.value("th", 0), 8);
  EXPECT_EQ(statistics.value("th", 1), 0);
  EXPECT_EQ(statistics.value("th", 2), 0);
  EXPECT_NE(errorOf("th 8 0.5 0.000\n"), "");
}

TEST(RpcStatistics, TakesTheLastOfRowsWithTheSameKey) {
  EXPECT_EQ(read("rc 1 1 1\nnet 1 1 1 1\nrc 2 2 2\n").value("rc", 0), 2);
}

TEST(RpcStatistics, RefusesRowsThatBreakTheirRule) {
  EXPECT_NE(errorOf("rc 1 2\n"), "");
  EXPECT_NE(errorOf("net 1 2 3\n"), "");
  EXPECT_EQ(errorOf("rc 1 2 -3\n"),
            "proc/net/rpc/nfsd:1: expected a whole number of at most 64 bits, got '-3'");
}

TEST(RpcStatistics, PassesOverRowsWithoutARule) {
  EXPECT_EQ(errorOf("new 1 x\nrc 1 2 3\n"), "");
  EXPECT_THROW(read("new 1 2\n"), ParseError);
  EXPECT_THROW(read(""), ParseError);
}

TEST(RpcStatistics, LosesARefusedRowAlone) {
  const RpcStatistics statistics = read("rc 1 x 3\nnet 4 5 6 7\n");
  EXPECT_EQ(statistics.value("rc", 0), std::nullopt);
  EXPECT_EQ(statistics.value("net", 0), 4);
}

}  // namespace orchestrator_exporter
