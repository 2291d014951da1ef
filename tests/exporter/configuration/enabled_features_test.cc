#include "exporter/configuration/enabled_features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace orchestrator_exporter::configuration {

TEST(EnabledFeatures, AreOffUnlessTheyAreNamed) {
  const EnabledFeatures none{Flags()};
  for (const std::string& name : EnabledFeatures::known()) EXPECT_FALSE(none.has(name)) << name;
  EXPECT_EQ(none.text(), "");
}

TEST(EnabledFeatures, SeveralHaveACommaOrAFlagEach) {
  const EnabledFeatures some(Flags{{"enable-feature", "promql-duration-expr,native-histograms"},
                                   {"enable-feature", "promql-delayed-name-removal"}});
  EXPECT_TRUE(some.has("promql-duration-expr"));
  EXPECT_TRUE(some.has("native-histograms"));
  EXPECT_TRUE(some.has("promql-delayed-name-removal"));
  EXPECT_FALSE(some.has("promql-experimental-functions"));
  EXPECT_EQ(some.text(), "promql-duration-expr,native-histograms,promql-delayed-name-removal");
}

TEST(EnabledFeatures, UnknownNamesAreToldAndLeftOut) {
  const EnabledFeatures some(Flags{{"enable-feature", "exemplar-storage,,native-histograms"}});
  EXPECT_THAT(some.unknown(), testing::ElementsAre("exemplar-storage"));
  EXPECT_EQ(some.text(), "native-histograms");
}

TEST(EnabledFeatures, AskingForOneThatDoesNotExistIsAMistakeInTheProgram) {
  EXPECT_THROW(EnabledFeatures{Flags()}.has("promql"), std::logic_error);
}

}  // namespace orchestrator_exporter::configuration
