#include "http/ingest/statsd/mapper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/ingest/statsd/mapping_file.h"
#include "metrics/base/errors.h"
#include "tests/support/collectors.h"

namespace orchestrator_exporter::http::statsd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

class StatsdMapping : public testing::Test {
 protected:
  Mapper mapper(const std::string& yaml) { return Mapper(readMappings(write(yaml))); }
  std::string write(const std::string& yaml) {
    system_.file("mapping.yml", yaml);
    return system_.path("mapping.yml");
  }
  // What a file is refused with, behind its path.
  std::string fault(const std::string& yaml) {
    const std::string path = write(yaml);
    try {
      readMappings(path);
    } catch (const ParseError& error) {
      const std::string what = error.what();
      return what.substr(what.find("mapping.yml"));
    }
    return "no fault";
  }

  TempSystem system_;
};

constexpr auto kCounter = MetricKind::kCounter;
constexpr auto kGauge = MetricKind::kGauge;
constexpr auto kObserver = MetricKind::kObserver;

TEST_F(StatsdMapping, ReplacesWhatANameCannotHold) {
  EXPECT_EQ(plainName("web.requests-5xx/s"), "web_requests_5xx_s");
  EXPECT_EQ(plainName("95th"), "_95th");
  EXPECT_EQ(plainName("gr\xc3\xb6\xc3\x9f"
                      "e"),
            "gr__e");
  EXPECT_EQ(plainName("a:b"), "a_b");
}

TEST_F(StatsdMapping, LeavesWhatNoneFits) {
  const Mapped mapped = mapper("").map("a.b", kCounter, {{"x.y", "1"}});
  EXPECT_EQ(mapped.mapping, nullptr);
  EXPECT_EQ(mapped.name, "a_b");
  EXPECT_THAT(mapped.labels, ElementsAre(Pair("x_y", "1")));
}

TEST_F(StatsdMapping, MakesNamesAndLabelsOfWhatStarsStandFor) {
  const Mapper mapping = mapper(R"(
mappings:
- match: test.*.dispatch.*
  name: ${2}_of_$1_total
  labels: {processor: $1, action: "<${2}>", job: constant, none: $3}
)");
  const Mapped mapped = mapping.map("test.mail.dispatch.sent", kCounter, {});
  EXPECT_EQ(mapped.name, "sent_of_mail_total");
  EXPECT_THAT(mapped.labels, ElementsAre(Pair("action", "<sent>"), Pair("job", "constant"),
                                         Pair("none", ""), Pair("processor", "mail")));
  EXPECT_EQ(mapping.map("test.mail.dispatch", kCounter, {}).mapping, nullptr);
  EXPECT_EQ(mapping.map("test.mail.dispatch.sent.twice", kCounter, {}).mapping, nullptr);
}

TEST_F(StatsdMapping, TakesTheFirstGlobThatFits) {
  const std::string globs =
      "[{match: a.*.c, name: star}, {match: a.b.c, name: text}, "
      "{match: '*.b.*', name: late}]";
  EXPECT_EQ(mapper("mappings: " + globs).map("a.b.c", kCounter, {}).name, "star");
  const Mapper specific =
      mapper("{defaults: {glob_disable_ordering: true}, mappings: " + globs + "}");
  EXPECT_EQ(specific.map("a.b.c", kCounter, {}).name, "text");
  EXPECT_EQ(specific.map("a.x.c", kCounter, {}).name, "star");
  EXPECT_EQ(specific.map("a.b.x", kCounter, {}).name, "late");
}

TEST_F(StatsdMapping, HasMappingsForOneTypeAlone) {
  const Mapper mapping = mapper(R"(
mappings:
- {match: a.*, name: counted, match_metric_type: counter}
- {match: a.*, name: observed, match_metric_type: observer}
)");
  EXPECT_EQ(mapping.map("a.b", kCounter, {}).name, "counted");
  EXPECT_EQ(mapping.map("a.b", kObserver, {}).name, "observed");
  EXPECT_EQ(mapping.map("a.b", kGauge, {}).mapping, nullptr);
}

TEST_F(StatsdMapping, TriesExpressionsAfterGlobs) {
  const Mapper mapping = mapper(R"(
mappings:
- match: 'server\.(\w+)\.(?P<what>.*)'
  match_type: regex
  name: ${1}_$2
  labels: {all: "$$1 $1_x ${1}_x $what"}
- {match: server.*.load, name: glob}
)");
  EXPECT_EQ(mapping.map("server.web.load", kGauge, {}).name, "glob");
  const Mapped mapped = mapping.map("my.server.web.disk.free", kGauge, {});
  EXPECT_EQ(mapped.name, "web_disk_free");
  EXPECT_THAT(mapped.labels, ElementsAre(Pair("all", "$1  web_x disk.free")));
}

TEST_F(StatsdMapping, LetsItsLabelsWinUnlessTagsAreHonoured) {
  const char* const yaml = "mappings: [{match: a, name: b, labels: {x: mapped}, honor_labels: %}]";
  for (const auto& [word, value] : {std::pair("false", "mapped"), std::pair("true", "tag")}) {
    std::string text = yaml;
    text.replace(text.find('%'), 1, word);
    EXPECT_THAT(mapper(text).map("a", kCounter, {{"x", "tag"}}).labels,
                ElementsAre(Pair("x", value)));
  }
}

TEST_F(StatsdMapping, TakesWhatItDoesNotSayFromTheDefaults) {
  const Mappings mappings = readMappings(write(R"(
mappings:
- {match: a, name: a}
- {match: b, name: b, ttl: 1m, observer_type: histogram, histogram_options: {buckets: [1, 2]}}
- {match: c, name: c, scale: 0.001, summary_options: {quantiles: [{quantile: 0.5, error: 0.1}]}}
- {match: d, action: drop}
defaults:
  observer_type: summary
  ttl: 1500ms
  histogram_options: {buckets: [0.1, 5], native_histogram_bucket_factor: 1.1}
  summary_options: {max_age: 30s, age_buckets: 3, buf_cap: 500}
)"));
  ASSERT_EQ(mappings.all.size(), 4u);
  const Mapping& a = mappings.all[0];
  EXPECT_EQ(a.observer.type, ObserverType::kSummary);
  EXPECT_EQ(a.ttl, std::chrono::seconds(2));
  EXPECT_THAT(a.observer.buckets, ElementsAre(0.1, 5));
  EXPECT_EQ(a.observer.nativeFactor, 1.1);
  EXPECT_EQ(a.observer.summary.window, std::chrono::seconds(30));
  EXPECT_EQ(a.observer.summary.steps, 3);
  EXPECT_EQ(a.observer.summary.quantiles.size(), 3u);
  EXPECT_EQ(mappings.all[1].observer.type, ObserverType::kHistogram);
  EXPECT_EQ(mappings.all[1].ttl, std::chrono::minutes(1));
  EXPECT_THAT(mappings.all[1].observer.buckets, ElementsAre(1, 2));
  EXPECT_THAT(mappings.all[2].observer.summary.quantiles,
              ElementsAre(QuantileGoal{.quantile = 0.5, .error = 0.1}));
  EXPECT_EQ(mappings.all[2].scale, 0.001);
  EXPECT_TRUE(mappings.all[3].drop);
  EXPECT_EQ(mappings.observer.type, ObserverType::kSummary);
}

TEST_F(StatsdMapping, ObservesInAHistogramIfNothingIsSaid) {
  const Mappings mappings = readMappings(write(""));
  EXPECT_EQ(mappings.observer.type, ObserverType::kHistogram);
  EXPECT_EQ(mappings.observer.buckets.front(), 0.005);
  EXPECT_EQ(mappings.observer.buckets.back(), 10);
  EXPECT_THAT(mappings.all, IsEmpty());
}

TEST_F(StatsdMapping, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(fault("mapings: []\n"), HasSubstr("mapping.yml:1: unknown key 'mapings'"));
  EXPECT_THAT(fault("mappings:\n- match: a\n  nam: b\n"),
              HasSubstr("mapping.yml:3: unknown key 'nam'"));
  EXPECT_THAT(fault("defaults:\n  ttl: soon\n"),
              HasSubstr("mapping.yml:2: ttl: expected a duration, as 30s, got 'soon'"));
  EXPECT_THAT(fault("mappings:\n- name: b\n"),
              HasSubstr("mapping.yml:2: mappings: a mapping needs a match"));
  EXPECT_THAT(fault("mappings:\n- match: b\n"),
              HasSubstr("mapping.yml:2: mappings: a mapping needs a name"));
  EXPECT_THAT(fault("mappings:\n- {match: 'a.b*', name: b}\n"),
              HasSubstr("mapping.yml:2: match: expected a glob"));
  EXPECT_THAT(fault("mappings:\n- {match: a.1b, name: b}\n"),
              HasSubstr(":2: match: expected a glob"));
  EXPECT_THAT(fault("mappings:\n- {match: a., name: b}\n"),
              HasSubstr(":2: match: expected a glob"));
  EXPECT_THAT(fault("mappings:\n- {match: '(', match_type: regex, name: b}\n"),
              HasSubstr("mapping.yml:2: match: no regular expression: missing"));
  EXPECT_THAT(fault("mappings:\n- {match: a, name: 'b-c'}\n"),
              HasSubstr(":2: name: expected a name of a metric, got 'b-c'"));
  EXPECT_THAT(fault("mappings:\n- {match: a, name: b, labels: {'x-y': z}}\n"),
              HasSubstr(":2: x-y: is no name of a label"));
  EXPECT_THAT(fault("mappings:\n- {match: a, name: b, action: keep}\n"),
              HasSubstr(":2: action: expected map or drop, got 'keep'"));
  EXPECT_THAT(fault("mappings:\n- {match: a, name: b, observer_type: timer}\n"),
              HasSubstr(":2: observer_type: expected histogram or summary, got 'timer'"));
  EXPECT_THAT(fault("mappings:\n- {match: a, name: b, histogram_options: {buckets: [2, 1]}}\n"),
              HasSubstr(":2: buckets: buckets must ascend"));
  EXPECT_THAT(
      fault("mappings:\n- {match: a, name: b, buckets: [1], histogram_options: {buckets: [1]}}\n"),
      HasSubstr(":2: buckets: buckets are given twice"));
  EXPECT_THAT(
      fault("mappings:\n- {match: a, name: b, summary_options: {quantiles: [{quantile: 2}]}}\n"),
      HasSubstr(":2: quantile: expected a number from 0 to 1, got '2'"));
  EXPECT_THAT(
      fault("mappings:\n- {match: a, name: b, observer_type: histogram, summary_options: {}}\n"),
      HasSubstr("summary_options do not go with a histogram"));
  EXPECT_THAT(fault("mappings:\n- {match: a, name: b, match_metric_type: set}\n"),
              HasSubstr(":2: match_metric_type: expected counter, gauge or observer, got 'set'"));
  EXPECT_THAT(fault("mappings:\n- {match: a, name: b, scale: big}\n"),
              HasSubstr(":2: scale: expected a finite number, got 'big'"));
}

TEST_F(StatsdMapping, KeepsItsOldSpellings) {
  const Mappings mappings =
      readMappings(write("mappings: [{match: a, name: b, timer_type: histogram, buckets: [7]}]"));
  EXPECT_EQ(mappings.all.at(0).observer.type, ObserverType::kHistogram);
  EXPECT_THAT(mappings.all.at(0).observer.buckets, ElementsAre(7));
}

}  // namespace
}  // namespace orchestrator_exporter::http::statsd
