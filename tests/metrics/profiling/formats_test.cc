#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <protozero/pbf_reader.hpp>

#include "metrics/base/errors.h"
#include "metrics/profiling/call_tree.h"
#include "metrics/profiling/folded.h"
#include "metrics/profiling/hot_spots.h"
#include "metrics/profiling/pprof.h"
#include "metrics/profiling/profile_text.h"
#include "metrics/profiling/speedscope.h"

namespace orchestrator_exporter::profiling {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// main calls parse 6 times, whose 2 last samples are in malloc, and read 4 times, in the kernel.
Profile smallProfile() {
  Profile profile({{"samples", "count"}, {"cpu", "nanoseconds"}}, 1);
  profile.title = "small";
  profile.period = 10'000'000;
  const auto thread = profile.frame({.name = "worker", .kind = FrameKind::kThread});
  const auto main = profile.frame(
      {.name = "main", .binary = "/bin/small", .file = "/src/main.cc", .line = 3, .address = 16});
  const auto parse = profile.frame(
      {.name = "parse", .binary = "/bin/small", .file = "/src/parse.cc", .line = 7, .address = 32});
  const auto allocation = profile.frame({.name = "malloc", .binary = "/lib/libc.so.6"});
  const auto kernel =
      profile.frame({.name = "__x64_sys_read", .binary = "[kernel]", .kind = FrameKind::kKernel});
  profile.add({thread, main, parse}, {4, 40'000'000});
  profile.add({thread, main, parse, allocation}, {2, 20'000'000});
  profile.add({thread, main, kernel}, {4, 40'000'000});
  return profile;
}

TEST(Profile, EqualStacksAreOne) {
  Profile profile(std::vector<ValueType>{{"samples", "count"}});
  const auto frame = profile.frame({.name = "f"});
  EXPECT_EQ(profile.frame({.name = "f"}), frame);
  profile.add({frame}, {1});
  profile.add({frame}, {2});
  ASSERT_EQ(profile.stacks().size(), 1U);
  EXPECT_EQ(profile.total(0), 3);
}

TEST(FoldedStacks, AreRootFirstWithTheirCountOfSamples) {
  EXPECT_EQ(foldedStacks(smallProfile()),
            "worker;main;__x64_sys_read 4\n"
            "worker;main;parse 4\n"
            "worker;main;parse;malloc 2\n");
}

TEST(FoldedStacks, SeparatorsWithinNamesBecomeSpaces) {
  Profile profile(std::vector<ValueType>{{"samples", "count"}});
  profile.add({profile.frame({.name = "a;b\nc"})}, {1});
  EXPECT_EQ(foldedStacks(profile), "a b c 1\n");
}

TEST(FoldedStacks, AreReadAsTheyWereWritten) {
  const Profile read = readFoldedStacks(foldedStacks(smallProfile()), "x");
  EXPECT_EQ(foldedStacks(read), foldedStacks(smallProfile()));
}

TEST(FoldedStacks, NamesMayHaveSpacesAndLinesMayBeEmpty) {
  const Profile read = readFoldedStacks("main;operator new 3\n\n", "x");
  ASSERT_EQ(read.frames().size(), 2U);
  EXPECT_EQ(read.frames()[1].name, "operator new");
  EXPECT_EQ(read.total(0), 3);
}

TEST(FoldedStacks, ALineWithoutACountIsToldWithItsNumber) {
  try {
    readFoldedStacks("a;b 1\na;b c\n", "some.folded");
    FAIL() << "it was read";
  } catch (const ParseError& error) {
    EXPECT_STREQ(error.what(), "some.folded:2: expected a count behind the stack, got 'c'");
  }
}

TEST(FoldedStacks, ACountWithoutAStackIsAnError) {
  EXPECT_THROW(readFoldedStacks("7\n", "x"), ParseError);
}

TEST(Speedscope, EachTypeOfValueIsAProfileAndTheMainOneIsFirst) {
  const auto document = nlohmann::json::parse(speedscope(smallProfile()));
  EXPECT_EQ(document["$schema"], "https://www.speedscope.app/file-format-schema.json");
  ASSERT_EQ(document["profiles"].size(), 2U);
  const auto& cpu = document["profiles"][0];
  EXPECT_EQ(cpu["type"], "sampled");
  EXPECT_EQ(cpu["unit"], "nanoseconds");
  EXPECT_EQ(cpu["endValue"], 100'000'000);
  EXPECT_EQ(cpu["weights"], nlohmann::json({40'000'000, 20'000'000, 40'000'000}));
  EXPECT_EQ(document["profiles"][1]["unit"], "none");
}

TEST(Speedscope, SamplesPointToSharedFrames) {
  const auto document = nlohmann::json::parse(speedscope(smallProfile()));
  const auto& frames = document["shared"]["frames"];
  const auto& sample = document["profiles"][0]["samples"][1];
  std::vector<std::string> names;
  for (const auto& frame : sample) names.push_back(frames[frame.get<std::size_t>()]["name"]);
  EXPECT_THAT(names, ElementsAre("worker", "main", "parse", "malloc"));
  EXPECT_EQ(frames[sample[2].get<std::size_t>()]["line"], 7);
}

// The texts of one field, and of messages within.
std::vector<std::string> fieldsOf(const std::string& bytes, protozero::pbf_tag_type tag) {
  std::vector<std::string> all;
  protozero::pbf_reader reader(bytes);
  while (reader.next()) {
    if (reader.tag() == tag && reader.wire_type() == protozero::pbf_wire_type::length_delimited) {
      all.push_back(reader.get_string());
    } else {
      reader.skip();
    }
  }
  return all;
}

std::uint64_t numberOf(const std::string& bytes, protozero::pbf_tag_type tag) {
  protozero::pbf_reader reader(bytes);
  return reader.next(tag) ? reader.get_uint64() : 0;
}

// Field numbers as in proto/profile.proto of github.com/google/pprof.
constexpr protozero::pbf_tag_type kSampleType = 1;
constexpr protozero::pbf_tag_type kSample = 2;
constexpr protozero::pbf_tag_type kMapping = 3;
constexpr protozero::pbf_tag_type kLocation = 4;
constexpr protozero::pbf_tag_type kFunction = 5;
constexpr protozero::pbf_tag_type kStrings = 6;

TEST(Pprof, TypesOfValuesAreNamedInTheStringTable) {
  const std::string bytes = pprofBytes(smallProfile());
  const auto strings = fieldsOf(bytes, kStrings);
  ASSERT_FALSE(strings.empty());
  EXPECT_EQ(strings[0], "");
  const auto types = fieldsOf(bytes, kSampleType);
  ASSERT_EQ(types.size(), 2U);
  EXPECT_EQ(strings.at(numberOf(types[0], 1)), "samples");
  EXPECT_EQ(strings.at(numberOf(types[0], 2)), "count");
  EXPECT_EQ(strings.at(numberOf(types[1], 1)), "cpu");
  EXPECT_EQ(strings.at(numberOf(types[1], 2)), "nanoseconds");
  EXPECT_EQ(strings.at(numberOf(bytes, 14)), "cpu");  // default_sample_type
}

TEST(Pprof, StacksBeginWithTheLeafAndTheirThreadIsALabel) {
  const std::string bytes = pprofBytes(smallProfile());
  const auto strings = fieldsOf(bytes, kStrings);
  std::map<std::uint64_t, std::string> functions;
  for (const std::string& one : fieldsOf(bytes, kFunction)) {
    functions[numberOf(one, 1)] = strings.at(numberOf(one, 2));
  }
  std::map<std::uint64_t, std::string> locations;
  for (const std::string& one : fieldsOf(bytes, kLocation)) {
    locations[numberOf(one, 1)] = functions.at(numberOf(fieldsOf(one, 4).at(0), 1));
  }
  const std::string sample = fieldsOf(bytes, kSample).at(1);
  std::vector<std::string> names;
  protozero::pbf_reader reader(sample);
  ASSERT_TRUE(reader.next(1));
  for (const auto location : reader.get_packed_uint64()) names.push_back(locations.at(location));
  EXPECT_THAT(names, ElementsAre("malloc", "parse", "main"));
  const std::string label = fieldsOf(sample, 3).at(0);
  EXPECT_EQ(strings.at(numberOf(label, 1)), "thread");
  EXPECT_EQ(strings.at(numberOf(label, 2)), "worker");
}

TEST(Pprof, EachBinaryIsOneMapping) {
  const std::string bytes = pprofBytes(smallProfile());
  const auto strings = fieldsOf(bytes, kStrings);
  std::vector<std::string> paths;
  for (const std::string& one : fieldsOf(bytes, kMapping)) {
    paths.push_back(strings.at(numberOf(one, 5)));
  }
  EXPECT_THAT(paths, ElementsAre("/bin/small", "/lib/libc.so.6", "[kernel]"));
}

TEST(HotSpots, AreFunctionsByTheirOwnValueWithWhatTheyDo) {
  const auto spots = hotSpots(smallProfile());
  ASSERT_EQ(spots.size(), 4U);
  EXPECT_EQ(spots[0].name, "parse");
  EXPECT_EQ(spots[0].self, 40'000'000);
  EXPECT_EQ(spots[0].total, 60'000'000);
  EXPECT_EQ(spots[0].activity, Activity::kComputes);
  EXPECT_EQ(spots[0].place, "/src/parse.cc:7");
  EXPECT_EQ(spots[1].name, "__x64_sys_read");
  EXPECT_EQ(spots[1].activity, Activity::kInputOutput);
  EXPECT_EQ(spots[2].name, "malloc");
  EXPECT_EQ(spots[2].activity, Activity::kAllocates);
}

TEST(HotSpots, AFunctionThatCallsItselfCountsOnceForAStack) {
  Profile profile(std::vector<ValueType>{{"samples", "count"}});
  const auto frame = profile.frame({.name = "walk"});
  profile.add({frame, frame, frame}, {5});
  EXPECT_EQ(hotSpots(profile).at(0).total, 5);
}

class ActivityOf : public testing::TestWithParam<std::pair<const char*, Activity>> {};

TEST_P(ActivityOf, TheInnermostKnownFunctionTells) {
  Profile profile(std::vector<ValueType>{{"samples", "count"}});
  const auto main = profile.frame({.name = "main"});
  const auto leaf = profile.frame({.name = GetParam().first});
  const auto within = profile.frame({.name = "something_within"});
  profile.add({main, leaf, within}, {1});
  EXPECT_EQ(activityOf(profile, profile.stacks()[0]), GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(Names, ActivityOf,
                         testing::Values(std::pair("operator new", Activity::kAllocates),
                                         std::pair("operator delete[]", Activity::kAllocates),
                                         std::pair("__libc_malloc", Activity::kAllocates),
                                         std::pair("_int_free", Activity::kAllocates),
                                         std::pair("__GI___libc_read", Activity::kInputOutput),
                                         std::pair("ksys_write", Activity::kInputOutput),
                                         std::pair("__arm64_sys_openat", Activity::kInputOutput),
                                         std::pair("__x64_sys_futex", Activity::kWaits),
                                         std::pair("epoll_wait", Activity::kWaits),
                                         std::pair("[waits]", Activity::kWaits),
                                         std::pair("reader", Activity::kComputes),
                                         std::pair("parse_sys_read_table", Activity::kComputes)));

TEST(CallTree, AddsUpByPathWhateverTheLine) {
  Profile profile(std::vector<ValueType>{{"samples", "count"}});
  const auto one = profile.frame({.name = "main", .file = "m.cc", .line = 1});
  const auto two = profile.frame({.name = "main", .file = "m.cc", .line = 2});
  profile.add({one}, {1});
  profile.add({two}, {2});
  const CallNode root = callTree(profile);
  ASSERT_EQ(root.children.size(), 1U);
  EXPECT_EQ(root.children[0].total, 3);
  EXPECT_EQ(root.children[0].self, 3);
}

TEST(ProfileText, TellsHotSpotsTheTreeAndTheNotes) {
  Profile profile = smallProfile();
  profile.notes.emplace_back("Three records were lost.");
  const std::string text = profileText(profile);
  EXPECT_THAT(text, HasSubstr("small: 100 ms cpu\n"));
  EXPECT_THAT(text, HasSubstr("40.0 ms  40.0%    60.0 ms  60.0%  computes    parse  parse.cc:7\n"));
  EXPECT_THAT(text, HasSubstr("\n    100 ms 100.0%  worker\n"));
  EXPECT_THAT(text, testing::EndsWith("\nThree records were lost.\n"));
}

TEST(ProfileText, OfNothingIsALine) {
  EXPECT_EQ(profileText(Profile(std::vector<ValueType>{{"cpu", "nanoseconds"}})),
            "Profile: 0 ns cpu\n");
}

TEST(ValueText, HasThreeDigitsAndTheUnitThatFits) {
  EXPECT_EQ(valueText(1'250'000'000, "nanoseconds"), "1.25 s");
  EXPECT_EQ(valueText(90e9, "nanoseconds"), "1.50 min");
  EXPECT_EQ(valueText(2048, "bytes"), "2.00 KiB");
  EXPECT_EQ(valueText(27, "count"), "27");
}

}  // namespace
}  // namespace orchestrator_exporter::profiling
