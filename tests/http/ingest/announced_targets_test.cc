#include "http/ingest/announced_targets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace orchestrator_exporter::http {

namespace {

using namespace std::chrono_literals;

const AnnouncedTargets::Time kStart{};

const std::map<std::string, std::string> kPlain = {{"__scheme__", "http"},
                                                   {"__metrics_path__", "/metrics"}};

// What it is refused with; empty if it is not.
std::string refusalOf(const std::string& json) {
  AnnouncedTargets targets;
  try {
    targets.announce(json, kStart);
  } catch (const HttpError& error) {
    EXPECT_EQ(error.status(), 400);
    EXPECT_TRUE(targets.at(kStart).empty());
    return error.what();
  }
  return "";
}

}  // namespace

TEST(AnnouncedTargets, HaveTheLabelsThatTheyAnnounceAndTheUsualSchemeAndPath) {
  AnnouncedTargets targets;
  EXPECT_EQ(targets.announce(R"([
      {"targets": ["a:1", "b:2"]},
      {"targets": ["c:3"], "labels": {"job": "agents", "__scheme__": "https"}}])",
                             kStart),
            3u);
  EXPECT_THAT(targets.at(kStart),
              testing::ElementsAre(AnnouncedTarget{"a:1", kPlain}, AnnouncedTarget{"b:2", kPlain},
                                   AnnouncedTarget{"c:3",
                                                   {{"__scheme__", "https"},
                                                    {"__metrics_path__", "/metrics"},
                                                    {"job", "agents"}}}));
}

TEST(AnnouncedTargets, MayBeOneGroupWithoutAList) {
  AnnouncedTargets targets;
  EXPECT_EQ(targets.announce(R"({"targets": ["a:1"]})", kStart), 1u);
}

TEST(AnnouncedTargets, AreForgottenFiveMinutesAfterTheyAnnouncedThemselvesLast) {
  AnnouncedTargets targets;
  targets.announce(R"({"targets": ["stays:1", "ends:1"]})", kStart);
  targets.announce(R"({"targets": ["stays:1"]})", kStart + 4min);
  EXPECT_EQ(targets.at(kStart + 5min - 1s).size(), 2u);
  EXPECT_THAT(targets.at(kStart + 5min), testing::ElementsAre(AnnouncedTarget{"stays:1", kPlain}));
}

TEST(AnnouncedTargets, ChangeTheirLabelsWithinAJob) {
  AnnouncedTargets targets;
  targets.announce(R"({"targets": ["a:1"], "labels": {"job": "x", "site": "north"}})", kStart);
  targets.announce(R"({"targets": ["a:1"], "labels": {"job": "x", "site": "south"}})", kStart);
  targets.announce(R"({"targets": ["a:1"], "labels": {"job": "y", "site": "west"}})", kStart);
  ASSERT_EQ(targets.at(kStart).size(), 2u);
  EXPECT_EQ(targets.at(kStart)[0].labels.at("site"), "south");
}

TEST(AnnouncedTargets, AreRefusedWholeWithThePlaceOfTheFault) {
  EXPECT_EQ(refusalOf("["), "byte 2: expected JSON");
  EXPECT_EQ(refusalOf("7"), "expected an object, got number");
  EXPECT_EQ(refusalOf("[7]"), "[0]: expected an object, got number");
  EXPECT_EQ(refusalOf("{}"), "targets: is missing");
  EXPECT_EQ(refusalOf(R"({"targets": "a:1"})"), "targets: expected an array, got 'a:1'");
  EXPECT_EQ(refusalOf(R"([{"targets": ["a:1"]}, {"targets": ["a:1", "x y"]}])"),
            "[1].targets[1]: expected host:port, got 'x y'");
  EXPECT_EQ(refusalOf(R"({"targets": ["http://a:1/"]})"),
            "targets[0]: expected host:port, got 'http://a:1/'");
  EXPECT_EQ(refusalOf(R"({"targets": ["a:1"], "label": {}})"), "label: unknown field");
  EXPECT_EQ(refusalOf(R"({"targets": [], "labels": []})"), "labels: expected an object, got array");
  EXPECT_EQ(refusalOf(R"({"targets": [], "labels": {"job": 1}})"),
            "labels.job: expected a text, got number");
  EXPECT_EQ(refusalOf(R"({"targets": [], "labels": {"a-b": "c"}})"),
            "labels.a-b: invalid label name");
  EXPECT_EQ(refusalOf(R"({"targets": [], "labels": {"a": ")" + std::string(1025, 'x') + R"("}})"),
            "labels.a: expected at most 1024 bytes");
}

TEST(AnnouncedTargets, AreRefusedBeyondTenThousandUntilOthersAreForgotten) {
  AnnouncedTargets targets;
  std::string many = R"({"targets": [)";
  for (std::size_t i = 0; i < AnnouncedTargets::kMost; ++i) {
    many += (i == 0 ? "\"a:" : ",\"a:") + std::to_string(i) + '"';
  }
  EXPECT_EQ(targets.announce(many + "]}", kStart), AnnouncedTargets::kMost);
  const std::string another = R"({"targets": ["b:1"]})";
  EXPECT_THROW(targets.announce(another, kStart), HttpError);
  EXPECT_EQ(targets.at(kStart).size(), AnnouncedTargets::kMost);
  EXPECT_EQ(targets.announce(another, kStart + 5min), 1u);
}

}  // namespace orchestrator_exporter::http
