#include "metrics/registry/prometheus_adapters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/summary.h>
#include <prometheus/text_serializer.h>

#include <sstream>

#include "tests/support/expositions.h"

namespace orchestrator_exporter {

using testing::HasSubstr;

class FunctionSource final : public Source {
 public:
  explicit FunctionSource(std::function<void(Sink&)> give) : give_(std::move(give)) {}
  void collect(Sink& out) override { give_(out); }

 private:
  std::function<void(Sink&)> give_;
};

class FixedCollectable final : public prometheus::Collectable {
 public:
  explicit FixedCollectable(prometheus::MetricFamily family) : family_(std::move(family)) {}
  std::vector<prometheus::MetricFamily> Collect() const override { return {family_}; }

 private:
  prometheus::MetricFamily family_;
};

std::string textOf(std::shared_ptr<prometheus::Collectable> collectable) {
  CollectableSource source(std::move(collectable));
  return exposeText([&](Sink& out) { source.collect(out); });
}

// What prometheus-cpp's own exposer would send.
std::string serialized(std::function<void(Sink&)> give) {
  const SourceCollectable collectable(std::make_shared<FunctionSource>(std::move(give)));
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, collectable.Collect());
  return text.str();
}

TEST(CollectableSource, GivesAllTypesOfARegistry) {
  auto registry = std::make_shared<prometheus::Registry>();
  prometheus::BuildCounter().Name("c_total").Help("h").Register(*registry).Add({}).Increment(2);
  prometheus::BuildHistogram()
      .Name("t")
      .Help("h")
      .Register(*registry)
      .Add({{"a", "b"}}, prometheus::Histogram::BucketBoundaries{1})
      .Observe(0.5);
  prometheus::BuildSummary()
      .Name("s")
      .Help("h")
      .Register(*registry)
      .Add({}, prometheus::Summary::Quantiles{{0.5, 0.1}})
      .Observe(3);
  const std::string text = textOf(registry);
  EXPECT_THAT(text, HasSubstr("c_total 2\n"));
  EXPECT_THAT(text, HasSubstr("t_bucket{a=\"b\",le=\"1\"} 1\nt_bucket{a=\"b\",le=\"+Inf\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("s{quantile=\"0.5\"} 3\ns_sum 3\ns_count 1\n"));
}

TEST(CollectableSource, GivesUntypedValuesAndAwkwardHelp) {
  prometheus::MetricFamily family;
  family.name = "u";
  family.help = "two\nlines \\ and \xFF";
  family.type = prometheus::MetricType::Untyped;
  family.metric.emplace_back().untyped.value = 5;
  EXPECT_EQ(textOf(std::make_shared<FixedCollectable>(family)),
            "# HELP u two\\nlines \\\\ and \xEF\xBF\xBD\n# TYPE u untyped\nu 5\n");
}

TEST(SourceCollectable, GivesInfosAndStateSetsAsGauges) {
  EXPECT_EQ(serialized([](Sink& out) {
              out.info("build_info", "h").add(1, {{"version", "1"}});
              out.stateSet("light", "h").add(1, {{"light", "on"}});
            }),
            "# HELP build_info h\n# TYPE build_info gauge\nbuild_info{version=\"1\"} 1\n"
            "# HELP light h\n# TYPE light gauge\nlight{light=\"on\"} 1\n");
}

TEST(SourceCollectable, GivesHistogramsAndSummaries) {
  const Bucket bucket{1, 2, nullptr};
  const Quantile quantile{0.5, 4};
  const std::string text = serialized([&](Sink& out) {
    out.histogram("t", "h").add({{&bucket, 1}, 3, 7, 0, nullptr});
    out.summary("s", "h").add({{&quantile, 1}, 3, 7, 0});
  });
  EXPECT_THAT(text, HasSubstr("t_count 3\nt_sum 7\nt_bucket{le=\"1\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("t_bucket{le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("s{quantile=\"0.5\"} 4\n"));
}

TEST(SourceCollectable, EscapesHelpForASerializerThatDoesNot) {
  EXPECT_THAT(serialized([](Sink& out) { out.gauge("g", "a\nb\\c").add(1); }),
              HasSubstr("# HELP g a\\nb\\\\c\n"));
}

TEST(SourceCollectable, LeavesOutWhatAScraperWouldRefuse) {
  EXPECT_EQ(serialized([](Sink& out) {
              out.gauge("g", "h").add(1, {{"a", "1"}, {"b", "2"}});
              out.gauge("g", "h").add(2, {{"b", "2"}, {"a", "1"}});
              out.counter("g", "h").add(3);
              out.gauge("g", "h").add(4, {{"bad name", "1"}});
              out.gauge("bad name", "h").add(5);
              out.histogram("g", "h").add({});
            }),
            "# HELP g h\n# TYPE g gauge\ng{a=\"1\",b=\"2\"} 1\n");
}

}  // namespace orchestrator_exporter
