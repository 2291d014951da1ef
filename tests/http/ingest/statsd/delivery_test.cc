#include "http/ingest/statsd/delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "http/ingest/statsd/mapping_file.h"
#include "metrics/base/coarse_clock.h"
#include "tests/support/collectors.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter::http::statsd {
namespace {

using testing::HasSubstr;
using testing::Not;

class StatsdDelivery : public testing::Test {
 protected:
  void map(const std::string& yaml) {
    system_.file("mapping.yml", yaml);
    delivery_.setMapper(std::make_shared<Mapper>(readMappings(system_.path("mapping.yml"))));
  }
  // The samples that are shown, without HELP and TYPE lines.
  std::string shown() {
    std::string samples;
    std::istringstream text(exposeText([this](Sink& out) { pushed_.collect(out); }));
    for (std::string line; std::getline(text, line);) {
      if (!line.starts_with('#')) samples += line + "\n";
    }
    return samples;
  }
  std::string selfMetrics() {
    return exposeText([this](Sink& out) { statistics_.collect(out); });
  }

  std::uint32_t now_ = 1000;
  TempSystem system_;
  PushedMetrics pushed_{{.limits = {.maxSeriesPerFamily = 3}, .seconds = [this] { return now_; }}};
  Statistics statistics_;
  Delivery delivery_{pushed_, statistics_, {}, std::make_shared<Mapper>(Mappings{})};
};

TEST_F(StatsdDelivery, AddsCountersUp) {
  delivery_.take("jobs.done:1|c\njobs.done:2|c\njobs.done:1|c|@0.1\n");
  EXPECT_EQ(shown(), "jobs_done 13\n");
}

TEST_F(StatsdDelivery, SetsAndChangesGauges) {
  delivery_.take("depth:7|g\ndepth:+3|g\ndepth:-0.5|g");
  EXPECT_EQ(shown(), "depth 9.5\n");
  delivery_.take("depth:2|g");
  EXPECT_EQ(shown(), "depth 2\n");
  delivery_.take("fresh:-4|g");
  EXPECT_EQ(shown(), "depth 2\nfresh -4\n");
}

TEST_F(StatsdDelivery, ObservesTimersInSeconds) {
  map("defaults: {histogram_options: {buckets: [0.1, 1]}}");
  delivery_.take("t:100|ms\nt:250|ms|@0.5\nt:3000:50|ms");
  EXPECT_EQ(shown(), R"(t_bucket{le="0.1"} 2
t_bucket{le="1"} 4
t_bucket{le="+Inf"} 5
t_sum 3.65
t_count 5
)");
}

TEST_F(StatsdDelivery, SummarizesIfAMappingSaysSo) {
  map(R"(mappings: [{match: t, name: t_seconds, observer_type: summary,
                     summary_options: {quantiles: [{quantile: 0.5, error: 0.01}]}}])");
  delivery_.take("t:1|h\nt:2|h\nt:3|h\nt:2|h|@0.25");
  EXPECT_EQ(shown(), "t_seconds{quantile=\"0.5\"} 2\nt_seconds_sum 14\nt_seconds_count 7\n");
}

TEST_F(StatsdDelivery, ShowsExponentialBucketsIfAFactorIsGiven) {
  map("defaults: {histogram_options: {native_histogram_bucket_factor: 1.1}}");
  delivery_.take("t:1|h\nt:3|h\nt:0|h\nt:-3|h");
  const std::string text = shown();
  EXPECT_THAT(text, HasSubstr("t_bucket{le=\"1\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("t_bucket{le=\"4\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("t_sum 1\nt_count 4\n"));
}

TEST_F(StatsdDelivery, CountsTheMembersOfASetInTheLastMinute) {
  const std::uint32_t begin = coarseSeconds();
  delivery_.take("users:ann|s\nusers:bob|s\nusers:ann|s");
  EXPECT_EQ(shown(), "users 2\n");
  EXPECT_TRUE(delivery_.hasSets());
  delivery_.tick(begin + 2 * DistinctValues::kWindow);
  EXPECT_EQ(shown(), "users 0\n");
  EXPECT_FALSE(delivery_.hasSets());
}

TEST_F(StatsdDelivery, MakesTagsLabels) {
  delivery_.take("a:1|c|#k.x:v\"1,b:2\na,b=2,k.x=v\"1:2|c\na:4|c");
  EXPECT_EQ(shown(), "a{b=\"2\",k_x=\"v\\\"1\"} 3\na 4\n");
}

TEST_F(StatsdDelivery, MapsScalesAndDrops) {
  map(R"(
mappings:
- {match: "load.*", name: load_seconds_total, scale: 0.001, labels: {host: $1}, help: Load time.}
- {match: noise.*, action: drop}
)");
  delivery_.take("load.web:1500|c\nnoise.a:1|c\nnoise.a:2|c\nother:1|c");
  EXPECT_EQ(shown(), "load_seconds_total{host=\"web\"} 1.5\nother 1\n");
  const std::string self = selfMetrics();
  EXPECT_THAT(self, HasSubstr("statsd_exporter_events_actions_total{action=\"map\"} 1\n"));
  EXPECT_THAT(self, HasSubstr("statsd_exporter_events_actions_total{action=\"drop\"} 2\n"));
  EXPECT_THAT(self, HasSubstr("statsd_exporter_events_unmapped_total 1\n"));
  EXPECT_THAT(self, HasSubstr("statsd_exporter_loaded_mappings 2\n"));
  EXPECT_THAT(exposeText([this](Sink& out) { pushed_.collect(out); }),
              HasSubstr("# HELP load_seconds_total Load time.\n"));
}

TEST_F(StatsdDelivery, GoesByNewMappingsAtOnce) {
  delivery_.take("a:1|c");
  map("mappings: [{match: a, name: b}]");
  delivery_.take("a:1|c");
  EXPECT_EQ(shown(), "a 1\nb 1\n");
}

TEST_F(StatsdDelivery, LeavesAFamilyItsFirstType) {
  delivery_.take("a:1|c\na:2|g\na:3|ms\na:4|c\na:5|g");
  EXPECT_EQ(shown(), "a 5\n");
  const std::string self = selfMetrics();
  EXPECT_THAT(
      self,
      HasSubstr("statsd_exporter_events_conflict_total{metric_name=\"a\",type=\"gauge\"} 2\n"));
  EXPECT_THAT(
      self,
      HasSubstr("statsd_exporter_events_conflict_total{metric_name=\"a\",type=\"observer\"} 1\n"));
}

TEST_F(StatsdDelivery, RefusesWhatAFamilyCannotHave) {
  delivery_.take("a:-1|c\nt:1|ms|#le:1\nc:1|c|#__name__:x\n" + std::string(300, 'n') + ":1|c");
  EXPECT_EQ(shown(), "");
  const std::string self = selfMetrics();
  EXPECT_THAT(
      self,
      HasSubstr("statsd_exporter_events_error_total{reason=\"illegal_negative_counter\"} 1\n"));
  EXPECT_THAT(self, HasSubstr("statsd_exporter_events_error_total{reason=\"reserved_label\"} 2\n"));
  EXPECT_THAT(self, HasSubstr("statsd_exporter_events_error_total{reason=\"too_long\"} 1\n"));
}

TEST_F(StatsdDelivery, SumsCountersUpBeyondTheLimitOfSeries) {
  for (int i = 0; i < 5; ++i) delivery_.take("a:1|c|#i:" + std::to_string(i));
  EXPECT_THAT(shown(), HasSubstr("a{overflow=\"true\"} 2\n"));
  EXPECT_THAT(selfMetrics(), HasSubstr("statsd_exporter_events_error_total{reason=\"limit\"} 2\n"));
}

TEST_F(StatsdDelivery, ForgetsASeriesAfterTheTimeOfItsMapping) {
  map("mappings: [{match: short, name: short_lived, ttl: 10s}]");
  delivery_.take("short:1|c\nlong:1|c");
  now_ += 11;
  EXPECT_EQ(shown(), "long 1\n");
  delivery_.take("short:1|c");
  EXPECT_EQ(shown(), "long 1\nshort_lived 1\n");
}

TEST_F(StatsdDelivery, CountsWhatCame) {
  delivery_.take("a:1|c\na:1|c|#b:c\n\r\na:1|c\r\nbroken\na:x|c\nt:1:2|ms|#b:c,d\n");
  const std::string self = selfMetrics();
  for (const char* line : {"statsd_exporter_lines_total 6", "statsd_exporter_samples_total 6",
                           "statsd_exporter_tags_total 3", "statsd_exporter_tag_errors_total 1",
                           "statsd_exporter_sample_errors_total{reason=\"malformed_line\"} 1",
                           "statsd_exporter_sample_errors_total{reason=\"malformed_value\"} 1",
                           "statsd_exporter_events_total{type=\"counter\"} 3",
                           "statsd_exporter_events_total{type=\"observer\"} 2"}) {
    EXPECT_THAT(self, HasSubstr(std::string(line) + "\n"));
  }
  EXPECT_THAT(self, Not(HasSubstr("conflict")));
}

TEST_F(StatsdDelivery, MeansTheSameWithAndWithoutAMemory) {
  Statistics others;
  PushedMetrics more;
  Delivery forgetful(more, others, {.cacheSize = 0}, std::make_shared<Mapper>(Mappings{}));
  Delivery small(more, others, {.cacheSize = 2}, std::make_shared<Mapper>(Mappings{}));
  const std::string lines =
      "a:1|c\nb:2|g\na:3|c|#x:y\nb:+1|g\nt:5|ms|@0.5\na:1|c\nb:-9|g\nt:5|ms|@0.5\na:x|c\na:2|c|#x:"
      "y\n";
  delivery_.take(lines);
  forgetful.take(lines);
  const auto text = [](PushedMetrics& pushed) {
    return exposeText([&](Sink& out) { pushed.collect(out); });
  };
  EXPECT_EQ(text(more), text(pushed_));
  small.take(lines);
  delivery_.take(lines);
  EXPECT_EQ(text(more), text(pushed_));
}

}  // namespace
}  // namespace orchestrator_exporter::http::statsd
