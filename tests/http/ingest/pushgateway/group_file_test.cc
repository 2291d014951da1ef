#include "http/ingest/pushgateway/group_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "metrics/base/errors.h"
#include "metrics/exposition/protobuf_parser.h"
#include "tests/support/collectors.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter::http::pushgateway {
namespace {

using testing::HasSubstr;

class PushedGroupFile : public testing::Test {
 protected:
  void push(PushGroups& groups, const PushGroup::Labels& labels, const std::string& text) {
    ASSERT_EQ(
        groups.push(labels, PushGroups::Replace::kFamilies, parseText("body", text).families()),
        std::nullopt);
  }
  static std::string shown(PushGroups& groups) {
    return exposeText([&](Sink& out) { groups.collect(out); });
  }
  PushGroups::Config config() {
    return {.unixTime = [this] { return now_; }};
  }
  GroupFile::Log log() {
    return [this](const std::string& line) { log_ += line; };
  }

  double now_ = 1700000000.25;
  std::string log_;
  TempSystem folder_;
};

constexpr ExpositionOptions kWithNatives{.format = Format::kProtobuf, .nativeHistograms = true};

constexpr char kAwkward[] = R"(# HELP a Line\nand \\.
# TYPE a gauge
a{b="\"\\\n"} NaN
a -Inf
# TYPE h histogram
h_bucket{le="0.1"} 1
h_bucket{le="+Inf"} 2
h_sum 0.30000000000000004
h_count 2
# TYPE s summary
s{quantile="0.99"} 1e-09
s_sum 4
s_count 3
u 1
)";

TEST_F(PushedGroupFile, GivesBackWhatItKept) {
  PushGroups before(config());
  push(before, {{"job", "j"}, {"x", "a/\n\"b"}}, kAwkward);
  now_ += 10;
  push(before, {{"job", "k"}}, "");
  before.noteRefusal({{"job", "l"}});
  push(before, {{"job", "j"}, {"x", "a/\n\"b"}}, "v 2\n");
  PushGroups after(config());
  readGroups(writeGroups(before), after);
  EXPECT_EQ(shown(after), shown(before));
  EXPECT_EQ(writeGroups(after), writeGroups(before));
  EXPECT_EQ(after.groups().at(0)->families.at("u")->help, "");
}

TEST_F(PushedGroupFile, KeepsNativeBuckets) {
  const std::string pushed = expose(kWithNatives, [](Sink& out) {
    const NativeSpan spans[] = {{-1, 2}};
    const std::int64_t deltas[] = {1, 1};
    const NativeBuckets native{.schema = 2, .positiveSpans = spans, .positiveDeltas = deltas};
    out.histogram("h", "Help.").add({.count = 3, .sum = 4, .native = &native});
  });
  PushGroups before(config());
  before.push({{"job", "j"}}, PushGroups::Replace::kGroup, parseProtobuf(pushed).families);
  PushGroups after(config());
  readGroups(writeGroups(before), after);
  const std::string bytes = expose(kWithNatives, [&](Sink& out) { after.collect(out); });
  const ParsedProtobuf parsed = parseProtobuf(bytes);
  const ParsedDistribution& h = parsed.families.at(0).samples.at(0).distribution;
  ASSERT_NE(h.native, nullptr);
  EXPECT_THAT(h.native->positiveDeltas, testing::ElementsAre(1, 1));
}

TEST_F(PushedGroupFile, ReadsSamplesOfTheFirstVersion) {
  PushGroups groups(config());
  readGroups(
      "pushed groups, version 1\n"
      R"({"bytes":6,"failure_time":0.0,"families":{"a":{"help":"Help.","time":5.0}},)"
      R"("labels":{"job":"j"},"push_time":5.0,"ttl":0.0})"
      "\na{} 1\n",
      groups);
  EXPECT_THAT(shown(groups), HasSubstr("# HELP a Help.\n"));
  EXPECT_THAT(shown(groups), HasSubstr("a{instance=\"\",job=\"j\"} 1\n"));
}

TEST_F(PushedGroupFile, KeepsHowLongAGroupStays) {
  PushGroups before(config());
  before.push({{"job", "j"}}, PushGroups::Replace::kGroup, {}, 60);
  PushGroups after(config());
  readGroups(writeGroups(before), after);
  now_ += 61;
  EXPECT_TRUE(after.groups().empty());
}

TEST_F(PushedGroupFile, IsRefusedIfItMakesNoSense) {
  PushGroups groups(config());
  push(groups, {{"job", "j"}}, "a 1\n");
  const std::string good = writeGroups(groups);
  for (const std::string& bad : {std::string("x"), good.substr(0, good.size() - 3), good + "rest",
                                 good + "{}\n", good + "[\n"}) {
    PushGroups empty(config());
    EXPECT_THROW(readGroups(bad, empty), ParseError) << bad;
  }
}

TEST_F(PushedGroupFile, IsWrittenInTheEndAndReadAtTheStart) {
  const std::string path = folder_.path("pushed");
  {
    PushGroups groups(config());
    const GroupFile file(path, groups, log());
    push(groups, {{"job", "j"}}, "a 1\n");
  }
  PushGroups groups(config());
  const GroupFile file(path, groups, log());
  EXPECT_THAT(shown(groups), HasSubstr("a{instance=\"\",job=\"j\"} 1\n"));
  EXPECT_EQ(log_, "");
}

TEST_F(PushedGroupFile, IsNotMadeBeforeThereIsAnything) {
  {
    PushGroups groups(config());
    const GroupFile file(folder_.path("pushed"), groups, log());
  }
  EXPECT_FALSE(std::filesystem::exists(folder_.path("pushed")));
}

TEST_F(PushedGroupFile, IsPutAsideIfItCannotBeRead) {
  folder_.file("pushed", "rubbish");
  PushGroups groups(config());
  const GroupFile file(folder_.path("pushed"), groups, log());
  EXPECT_TRUE(groups.groups().empty());
  EXPECT_TRUE(std::filesystem::exists(folder_.path("pushed.bad")));
  EXPECT_FALSE(std::filesystem::exists(folder_.path("pushed")));
  EXPECT_THAT(log_, HasSubstr("pushed.bad: expected another first line"));
}

TEST_F(PushedGroupFile, SaysThatItCannotBeWritten) {
  {
    PushGroups groups(config());
    const GroupFile file(folder_.path("missing/pushed"), groups, log());
    push(groups, {{"job", "j"}}, "a 1\n");
  }
  EXPECT_THAT(log_, HasSubstr("pushed groups are not kept: "));
  EXPECT_THAT(log_, HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace orchestrator_exporter::http::pushgateway
