#include "metrics/pushed/push_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/expositions.h"

namespace orchestrator_exporter {
namespace {

using testing::HasSubstr;
using testing::Not;
using Replace = PushGroups::Replace;

class PushedGroups : public testing::Test {
 protected:
  std::optional<std::string> push(const PushGroup::Labels& labels, const std::string& text,
                                  Replace replace = Replace::kFamilies,
                                  std::optional<double> ttl = std::nullopt) {
    return groups_.push(labels, replace, parseText("body", text).families(), ttl);
  }
  // The samples that are shown; without those that tell times unless they are asked for.
  std::string shown(bool withTimes = false) {
    std::string samples;
    std::istringstream text(exposeText([this](Sink& out) { groups_.collect(out); }));
    for (std::string line; std::getline(text, line);) {
      const bool tellsTime = line.find("push_") == 0;
      if (!line.starts_with('#') && (withTimes || !tellsTime)) samples += line + "\n";
    }
    return samples;
  }

  double now_ = 1000;
  std::optional<MetricType> elsewhere_;
  PushGroups groups_{{.maxSeries = 10,
                      .maxSeriesPerFamily = 4,
                      .unixTime = [this] { return now_; },
                      .typeElsewhere = [this](std::string_view) { return elsewhere_; }}};
};

TEST_F(PushedGroups, ShowSamplesUnderTheirLabels) {
  EXPECT_EQ(push({{"job", "j"}, {"x", "1"}}, "a 1\na{job=\"other\",y=\"2\"} 2\n"), std::nullopt);
  EXPECT_EQ(shown(),
            "a{instance=\"\",job=\"j\",x=\"1\"} 1\na{instance=\"\",job=\"j\",x=\"1\",y=\"2\"} 2\n");
}

TEST_F(PushedGroups, LeaveAnInstanceThatIsThere) {
  push({{"job", "j"}}, "a{instance=\"i\"} 1\n");
  push({{"job", "k"}, {"instance", "path"}}, "a{instance=\"i\"} 1\n");
  EXPECT_EQ(shown(), "a{instance=\"path\",job=\"k\"} 1\na{instance=\"i\",job=\"j\"} 1\n");
}

TEST_F(PushedGroups, ShowDistributions) {
  push({{"job", "j"}}, R"(# TYPE h histogram
h_bucket{le="1"} 1
h_bucket{le="+Inf"} 2
h_sum 3
h_count 2
# TYPE s summary
s{quantile="0.5"} 2
s_sum 4
s_count 3
)");
  EXPECT_EQ(shown(), R"(h_bucket{instance="",job="j",le="1"} 1
h_bucket{instance="",job="j",le="+Inf"} 2
h_sum{instance="",job="j"} 3
h_count{instance="",job="j"} 2
s{instance="",job="j",quantile="0.5"} 2
s_sum{instance="",job="j"} 4
s_count{instance="",job="j"} 3
)");
}

TEST_F(PushedGroups, ReplaceFamiliesOrTheWholeGroup) {
  const PushGroup::Labels job = {{"job", "j"}};
  push(job, "a{x=\"1\"} 1\nb 1\n");
  push(job, "a 2\n");
  EXPECT_EQ(shown(), "a{instance=\"\",job=\"j\"} 2\nb{instance=\"\",job=\"j\"} 1\n");
  push(job, "c 3\n", Replace::kGroup);
  EXPECT_EQ(shown(), "c{instance=\"\",job=\"j\"} 3\n");
  push(job, "", Replace::kGroup);
  EXPECT_EQ(shown(true),
            "push_failure_time_seconds{instance=\"\",job=\"j\"} 0\n"
            "push_time_seconds{instance=\"\",job=\"j\"} 1000\n");
}

TEST_F(PushedGroups, KeepTheirFamiliesWhenNothingIsPushed) {
  push({{"job", "j"}}, "a 1\n");
  now_ = 2000;
  push({{"job", "j"}}, "");
  EXPECT_THAT(shown(true), HasSubstr("a{instance=\"\",job=\"j\"} 1\n"));
  EXPECT_THAT(shown(true), HasSubstr("push_time_seconds{instance=\"\",job=\"j\"} 2000\n"));
}

TEST_F(PushedGroups, RefuseAnotherTypeThanAnotherGroupHas) {
  push({{"job", "j"}}, "# TYPE a counter\na 1\n");
  EXPECT_EQ(push({{"job", "k"}}, "# TYPE a gauge\na 1\nb 1\n"),
            "a is of type gauge, and elsewhere of counter");
  EXPECT_THAT(shown(), Not(HasSubstr("b{")));
  EXPECT_EQ(push({{"job", "j"}}, "# TYPE a gauge\na 1\n"), std::nullopt);
  EXPECT_EQ(push({{"job", "k"}}, "# TYPE a gauge\na 1\n"), std::nullopt);
}

TEST_F(PushedGroups, RefuseFamiliesThatLookLikePartsOfOthers) {
  constexpr char kSummary[] = "# TYPE s summary\ns_sum 1\ns_count 1\n";
  EXPECT_EQ(push({{"job", "j"}}, kSummary), std::nullopt);
  EXPECT_EQ(push({{"job", "k"}}, "s_count{x=\"y\"} 1\n"), "s_count is a part of s");
  EXPECT_EQ(push({{"job", "k"}}, "s_bucket 1\n"), std::nullopt);
  EXPECT_EQ(push({{"job", "k"}}, "# TYPE s_bucket untyped\ns_bucket 1\nh_bucket 1\n"),
            std::nullopt);
  EXPECT_EQ(push({{"job", "l"}}, "# TYPE h histogram\nh_count 1\n"),
            "h_bucket is a family of its own");
  // A family that goes is in nobody's way.
  EXPECT_EQ(push({{"job", "j"}}, "s_count 1\n", Replace::kGroup), std::nullopt);
  EXPECT_EQ(push({{"job", "l"}}, kSummary), "s_count is a family of its own");
}

TEST_F(PushedGroups, KeepTheHelpThatCameFirst) {
  push({{"job", "k"}}, "# HELP a First.\n# TYPE a gauge\na 1\n");
  push({{"job", "j"}}, "# HELP a Second.\n# TYPE a gauge\na 1\n");
  const auto page = [this] { return exposeText([this](Sink& out) { groups_.collect(out); }); };
  EXPECT_THAT(page(), HasSubstr("# HELP a First.\n"));
  groups_.remove({{"job", "k"}});
  push({{"job", "j"}}, "# HELP a Third.\n# TYPE a gauge\na 1\n");
  EXPECT_THAT(page(), HasSubstr("# HELP a Third.\n"));
}

TEST_F(PushedGroups, RefuseAnotherTypeThanAnotherSourceHas) {
  elsewhere_ = MetricType::kCounter;
  EXPECT_EQ(push({{"job", "j"}}, "a 1\n"), "a is of type untyped, and elsewhere of counter");
}

TEST_F(PushedGroups, RefuseASeriesOfAnotherGroupOrTwice) {
  push({{"job", "j"}, {"x", "1"}}, "a 1\n");
  EXPECT_EQ(push({{"job", "j"}}, "a{x=\"1\"} 1\n"),
            "a{instance=\"\",job=\"j\",x=\"1\"} is in another group");
  EXPECT_EQ(push({{"job", "j"}}, "b 1\nb{job=\"k\"} 1\n"),
            "b{instance=\"\",job=\"j\"} comes twice");
  groups_.remove({{"job", "j"}, {"x", "1"}});
  EXPECT_EQ(push({{"job", "j"}}, "a{x=\"1\"} 1\n"), std::nullopt);
}

TEST_F(PushedGroups, KeepWhatTheyHaveWhenAPushIsRefused) {
  push({{"job", "j"}}, "a 1\n");
  now_ = 2000;
  EXPECT_NE(push({{"job", "j"}}, "a 2\nb 1\nb 2\n"), std::nullopt);
  EXPECT_EQ(shown(true),
            "a{instance=\"\",job=\"j\"} 1\n"
            "push_failure_time_seconds{instance=\"\",job=\"j\"} 2000\n"
            "push_time_seconds{instance=\"\",job=\"j\"} 1000\n");
}

TEST_F(PushedGroups, NoteFailuresOfGroupsThatAreThere) {
  groups_.noteFailure({{"job", "j"}});
  EXPECT_EQ(shown(true), "");
  groups_.noteRefusal({{"job", "j"}});
  now_ = 2000;
  groups_.noteFailure({{"job", "j"}});
  EXPECT_EQ(shown(true),
            "push_failure_time_seconds{instance=\"\",job=\"j\"} 2000\n"
            "push_time_seconds{instance=\"\",job=\"j\"} 0\n");
}

TEST_F(PushedGroups, HoldNoMoreSeriesThanTheyMay) {
  EXPECT_EQ(push({{"job", "j"}}, "a{x=\"1\"} 1\na{x=\"2\"} 1\na{x=\"3\"} 1\n"), std::nullopt);
  EXPECT_EQ(push({{"job", "k"}}, "a{x=\"1\"} 1\na{x=\"2\"} 1\n"),
            "a would have more than 4 series");
  EXPECT_EQ(push({{"job", "k"}}, "b 1\nc 1\nd 1\ne 1\nf 1\ng 1\nh 1\ni 1\n"),
            "there would be more than 10 series");
  EXPECT_EQ(push({{"job", "j"}}, "a{x=\"4\"} 1\na{x=\"5\"} 1\na{x=\"6\"} 1\na{x=\"7\"} 1\n"),
            std::nullopt);
}

TEST_F(PushedGroups, AreNoMoreThanTheyMayBe) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(push({{"job", std::to_string(i)}}, ""), std::nullopt);
  EXPECT_EQ(push({{"job", "j"}}, ""), "too many groups");
  groups_.noteRefusal({{"job", "k"}});
  EXPECT_EQ(groups_.groups().size(), 5u);
}

TEST_F(PushedGroups, GoWhenTheirTimeIsOver) {
  push({{"job", "j"}}, "a 1\n", Replace::kFamilies, 60);
  push({{"job", "k"}}, "a 1\n");
  now_ += 50;
  push({{"job", "j"}}, "a 2\n");
  now_ += 60;
  EXPECT_THAT(shown(), HasSubstr("a{instance=\"\",job=\"j\"} 2\n"));
  now_ += 1;
  EXPECT_EQ(shown(), "a{instance=\"\",job=\"k\"} 1\n");
  EXPECT_EQ(push({{"job", "k"}, {"x", "1"}}, "# TYPE b gauge\nb 1\n"), std::nullopt);
}

TEST_F(PushedGroups, IgnoreTimesThatArePushed) {
  push({{"job", "j"}}, "push_time_seconds 5\npush_failure_time_seconds 5\n");
  EXPECT_EQ(shown(true),
            "push_failure_time_seconds{instance=\"\",job=\"j\"} 0\n"
            "push_time_seconds{instance=\"\",job=\"j\"} 1000\n");
}

TEST_F(PushedGroups, AreAllTakenOut) {
  push({{"job", "j"}}, "a 1\n");
  groups_.removeAll();
  EXPECT_EQ(shown(true), "");
  EXPECT_EQ(push({{"job", "k"}}, "# TYPE a gauge\na 1\n"), std::nullopt);
}

}  // namespace
}  // namespace orchestrator_exporter
