#include "metrics/base/process_stat.h"

#include <gtest/gtest.h>

#include <string>

namespace orchestrator_exporter {

namespace {

// The fields of proc_pid_stat(5) by their numbers, each with a value of its own, up to field 52.
constexpr std::string_view kStat =
    "4242 (a b) S 1) R 17 4242 4242 0 -1 4194304 101 102 3 104 250 75 0 0 20 0 5 0 8812345 "
    "12345678 1500 18446744073709551615 94038805151744 94038805171625 140722151640096 0 0 0 0 0 0 "
    "0 0 0 17 0 0 0 0 0 0 94038805187632 94038805189248 94039267409920 140722151643573 "
    "140722151643593 140722151643593 140722151645163 0\n";

}  // namespace

TEST(ProcessStat, IsReadByTheNumbersOfItsFields) {
  const auto stat = readProcessStat(kStat);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->state, 'R');                            // 3
  EXPECT_EQ(stat->parent, 17);                            // 4
  EXPECT_EQ(stat->flags, 4194304U);                       // 9
  EXPECT_EQ(stat->minorFaults, 101U);                     // 10
  EXPECT_EQ(stat->majorFaults, 3U);                       // 12
  EXPECT_EQ(stat->userTicks, 250U);                       // 14
  EXPECT_EQ(stat->systemTicks, 75U);                      // 15
  EXPECT_EQ(stat->threads, 5U);                           // 20
  EXPECT_EQ(stat->startTicks, 8812345U);                  // 22
  EXPECT_EQ(stat->virtualBytes, 12345678U);               // 23
  EXPECT_EQ(stat->residentPages, 1500U);                  // 24
  EXPECT_EQ(stat->program.codeBegin, 94038805151744U);    // 26
  EXPECT_EQ(stat->program.codeEnd, 94038805171625U);      // 27
  EXPECT_EQ(stat->program.stackBegin, 140722151640096U);  // 28
}

TEST(ProcessStat, EndsACommandAtTheLastParenthesis) {
  EXPECT_EQ(readProcessStat(kStat)->command, "a b) S 1");
  const std::string fields = " S 1 1 1 0 -1 0 1 1 1 1 1 1 0 0 20 0 1 0 5 1 1\n";
  EXPECT_EQ(readProcessStat("7 ((sd-pam))" + fields)->command, "(sd-pam)");
  EXPECT_EQ(readProcessStat("7 (a\nb)" + fields)->command, "a\nb");
  EXPECT_EQ(readProcessStat("7 ()" + fields)->command, "");
}

TEST(ProcessStat, KnowsNoProgramIfTheLineEndsBeforeIt) {
  const std::string_view text = kStat;
  const std::size_t program = text.find(" 94038805151744 ");
  for (const std::string_view kept : {" 94038805151744 94038805171625", " 94038805151744", ""}) {
    const auto stat = readProcessStat(text.substr(0, program + kept.size()));
    ASSERT_TRUE(stat);
    EXPECT_EQ(stat->residentPages, 1500U);
    EXPECT_EQ(stat->program, ProgramAddresses()) << kept;
  }
  std::string garbled(text);
  garbled.replace(program, 16, " what-is-this?? ");
  EXPECT_EQ(readProcessStat(garbled)->program, ProgramAddresses());
}

TEST(ProcessStat, IsNoneIfItIsCutOff) {
  const std::size_t lastNumber = kStat.find(" 1500 ");
  for (std::size_t size = 0; size < lastNumber; ++size) {
    EXPECT_FALSE(readProcessStat(kStat.substr(0, size))) << size;
  }
}

TEST(ProcessStat, IsNoneIfAWordStandsForANumber) {
  EXPECT_TRUE(readProcessStat("1 (a) S 0 1 1 0 -1 0 1 1 1 1 1 1 0 0 20 0 1 0 5 1 1"));
  EXPECT_FALSE(readProcessStat("1 (a) S x 1 1 0 -1 0 1 1 1 1 1 1 0 0 20 0 1 0 5 1 1"));
  EXPECT_FALSE(readProcessStat("1 (a) S 0 1 1 0 -1 0 1 1 1 1 -1 1 0 0 20 0 1 0 5 1 1"));
  EXPECT_FALSE(readProcessStat("1 (a) Sleeping 0 1 1 0 -1 0 1 1 1 1 1 1 0 0 20 0 1 0 5 1 1"));
}

TEST(ProcessStat, IsNoneWithoutACommand) {
  EXPECT_FALSE(readProcessStat(""));
  EXPECT_FALSE(readProcessStat("1 a S 0 1 1 0 -1 0 1 1 1 1 1 1 0 0 20 0 1 0 5 1 1"));
  EXPECT_FALSE(readProcessStat("1 )a( S 0 1 1 0 -1 0 1 1 1 1 1 1 0 0 20 0 1 0 5 1 1"));
}

}  // namespace orchestrator_exporter
