#include "exporter/kernel/printed_size.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter {

TEST(PrintedSize, BcacheCountsIn1024thsBehindTheDot) {
  EXPECT_EQ(parseBcacheSize("0"), 0u);
  EXPECT_EQ(parseBcacheSize("546"), 546u);
  EXPECT_EQ(parseBcacheSize("4k"), 4096u);
  EXPECT_EQ(parseBcacheSize("1.5k"), 1524u);      // (1 + 5 / 10.24) * 1024
  EXPECT_EQ(parseBcacheSize("1.10M"), 2072576u);  // (1 + 10 / 10.24) * 1024²
  EXPECT_EQ(parseBcacheSize("1.9M"), 1970176u);   // less than 1.10M
  EXPECT_EQ(parseBcacheSize("2E"), std::uint64_t{2} << 60);
}

TEST(PrintedSize, BcacheSizesWithoutALetterHaveDecimals) {
  EXPECT_EQ(parseBcacheSize("2.9"), 2u);
  EXPECT_EQ(parseBcacheSize("1e3"), 1000u);
}

TEST(PrintedSize, BcacheCallsAnUnknownUnitNothing) { EXPECT_EQ(parseBcacheSize("12q"), 0u); }

TEST(PrintedSize, BcachefsHasDecimalsAndLettersOfEitherCase) {
  EXPECT_EQ(parseBcachefsSize("513"), 513u);
  EXPECT_EQ(parseBcachefsSize("23.5k"), 24064u);
  EXPECT_EQ(parseBcachefsSize("1.5G"), 1610612736u);
  EXPECT_EQ(parseBcachefsSize("1.5g"), 1610612736u);
  EXPECT_EQ(parseBcachefsSize("0.1k"), 102u);
}

TEST(PrintedSize, WhatIsTooLargeForUsIsTwoToThe63AndWhatIsBelowZeroWraps) {
  EXPECT_EQ(parseBcacheSize("9Y"), std::uint64_t{1} << 63);
  EXPECT_EQ(parseBcachefsSize("99999999999999999999999"), std::uint64_t{1} << 63);
  EXPECT_EQ(parseBcacheSize("-1k"), std::uint64_t{0} - 1024);
}

TEST(PrintedSize, OtherWordsAreNone) {
  for (const std::string_view word : {"", "k", "abc", ".5k", "1.k", "1 k", "0x1f", "1k "}) {
    EXPECT_EQ(parseBcacheSize(word), std::nullopt) << word;
  }
  for (const std::string_view word : {"", "k", "abc", "1 k", "0x1f", "12q", "1k "}) {
    EXPECT_EQ(parseBcachefsSize(word), std::nullopt) << word;
  }
}

}  // namespace orchestrator_exporter
