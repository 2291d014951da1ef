#include "exporter/own_labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orchestrator_exporter {

TEST(OwnLabels, AreTheProgramAndWhereItListensUnlessFlagsSayOtherwise) {
  const LabelSet labels = ownLabels(Flags(), "127.0.0.1:9100");
  EXPECT_EQ(labels.get("job"), "orchestrator_exporter");
  EXPECT_THAT(std::string(labels.get("instance")), testing::MatchesRegex("[^:]+:9100"));
  EXPECT_EQ(ownLabels(Flags(), ":9100"), labels);
  EXPECT_EQ(ownLabels(Flags(), "[::1]:9100"), labels);
}

TEST(OwnLabels, AreWhatTheFlagsSay) {
  const Flags flags({{"job", "node"}, {"instance", "db-1"}});
  EXPECT_EQ(ownLabels(flags, ":9100"), (LabelSet{{"job", "node"}, {"instance", "db-1"}}));
}

TEST(OwnLabels, AreUtf8AndLeftOutIfEmpty) {
  const Flags flags({{"job", ""}, {"instance", "\xff"}});
  EXPECT_EQ(ownLabels(flags, ":9100"), (LabelSet{{"instance", "\xef\xbf\xbd"}}));
}

}  // namespace orchestrator_exporter
