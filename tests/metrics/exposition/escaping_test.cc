#include "metrics/exposition/escaping.h"

#include <gtest/gtest.h>

#include "metrics/base/names.h"

namespace orchestrator_exporter {

TEST(Names, KeepLegalNamesInEveryScheme) {
  for (const Escaping escaping :
       {Escaping::kUnderscores, Escaping::kDots, Escaping::kValues, Escaping::kAllowUtf8}) {
    EXPECT_EQ(escapeMetricName("a:b_c1", escaping), "a:b_c1");
  }
}

TEST(Names, BecomeUnderscores) {
  EXPECT_EQ(escapeMetricName("1a.b\xC3\xA4", Escaping::kUnderscores), "_a_b_");
}

TEST(Names, SpellDotsOut) {
  EXPECT_EQ(escapeMetricName("a.b_c-d", Escaping::kDots), "a_dot_b__c__d");
}

TEST(Names, SpellValuesOut) {
  EXPECT_EQ(escapeMetricName("a.b_c\xC3\xA4", Escaping::kValues), "U__a_2e_b__c_e4_");
}

TEST(Names, OfLabelsHaveNoColon) {
  EXPECT_FALSE(isLegalLabelName("a:b"));
  EXPECT_TRUE(isLegalMetricName("a:b"));
  EXPECT_EQ(escapeLabelName("a:b", Escaping::kUnderscores), "a_b");
}

}  // namespace orchestrator_exporter
