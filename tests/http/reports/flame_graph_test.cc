#include "http/reports/flame_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orchestrator_exporter::http {
namespace {

using profiling::FrameKind;
using profiling::Profile;
using testing::HasSubstr;
using testing::Not;

Profile profileOf(const std::string& name) {
  Profile profile(std::vector<profiling::ValueType>{{"cpu", "nanoseconds"}});
  profile.title = "server (process 12)";
  const auto main = profile.frame({.name = "main"});
  const auto one = profile.frame({.name = name});
  const auto two = profile.frame({.name = "malloc"});
  const auto rare = profile.frame({.name = "rare"});
  profile.add({main, one}, {3'000'000});
  profile.add({main, two}, {999'500});
  profile.add({main, rare}, {500});
  return profile;
}

TEST(FlameGraph, BoxesAreAsWideAsTheirShareAndColouredByWhatTheyDo) {
  const std::string page = flameGraphPage(profileOf("parse"));
  EXPECT_THAT(page, HasSubstr("<svg class=\"f c\" x=\"0.0000%\" y=\"18\" width=\"75.0000%\""));
  EXPECT_THAT(page, HasSubstr("<svg class=\"f a\" x=\"75.0000%\" y=\"18\" width=\"24.9875%\""));
  EXPECT_THAT(page, HasSubstr("<title>main: 4.00 ms (100.0%), 0 ns (0.0%) of its own, computes"));
}

TEST(FlameGraph, WhatTakesLessThanAThousandthIsLeftOutOfThePicture) {
  EXPECT_THAT(flameGraphPage(profileOf("parse")), Not(HasSubstr("<title>rare")));
}

TEST(FlameGraph, NamesAreEscaped) {
  const std::string page = flameGraphPage(profileOf("</title><script>alert(1)</script>\""));
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, HasSubstr("<title>&lt;/title&gt;"));
}

TEST(FlameGraph, ItsPolicyAllowsItsOwnStyleAndScriptAlone) {
  const std::string page = flameGraphPage(profileOf("parse"));
  EXPECT_THAT(page, HasSubstr("default-src 'none'; style-src " + policyHash(kFlameGraphStyle) +
                              "; script-src " + policyHash(kFlameGraphScript)));
  EXPECT_THAT(page, HasSubstr("<style>" + std::string(kFlameGraphStyle) + "</style>"));
  EXPECT_THAT(page, HasSubstr("<script>" + std::string(kFlameGraphScript) + "</script>"));
  EXPECT_THAT(page, Not(HasSubstr(" style=")));
  EXPECT_THAT(page, Not(HasSubstr("://")));
}

TEST(FlameGraph, OfNothingSaysSo) {
  const Profile empty(std::vector<profiling::ValueType>{{"cpu", "nanoseconds"}});
  EXPECT_THAT(flameGraphPage(empty), HasSubstr("Nothing was sampled."));
}

}  // namespace
}  // namespace orchestrator_exporter::http
