#include "exporter/kernel/network/metric_words.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter {

TEST(MetricWords, KeepsLegalCharacters) {
  EXPECT_EQ(metricWords("Rx_bytes__0_"), "Rx_bytes__0_");
  EXPECT_EQ(metricWords(""), "");
}

TEST(MetricWords, ReplacesRunsOfOthersWithTheUnderscoresThatTouchThem) {
  EXPECT_EQ(metricWords("rx-bytes (total)"), "rx_bytes_total_");
  EXPECT_EQ(metricWords("port._.drops"), "port__drops");
  EXPECT_EQ(metricWords("a__%%__b"), "a_b");
  EXPECT_EQ(metricWords("[0]: x"), "_0_x");
  EXPECT_EQ(metricWords("\xc3\xa4\xff"), "_");
  EXPECT_EQ(metricWords(std::string_view("a\0b", 3)), "a_b");
}

TEST(ReplaceWord, ReplacesWholeWordsOnly) {
  EXPECT_EQ(replaceWord("rx", "rx", "received"), "received");
  EXPECT_EQ(replaceWord("rx_bytes", "rx", "received"), "received_bytes");
  EXPECT_EQ(replaceWord("port_rx", "rx", "received"), "port_received");
  EXPECT_EQ(replaceWord("port_rx_0", "rx", "received"), "port_received_0");
  EXPECT_EQ(replaceWord("xrx_rxx_rx0", "rx", "received"), "xrx_rxx_rx0");
  EXPECT_EQ(replaceWord("", "rx", "received"), "");
  EXPECT_EQ(replaceWord("_r", "rx", "received"), "_r");
}

TEST(ReplaceWord, LetsAnUnderscoreBoundOneWordOnly) {
  EXPECT_EQ(replaceWord("rx_rx_rx", "rx", "received"), "received_rx_received");
}

}  // namespace orchestrator_exporter
