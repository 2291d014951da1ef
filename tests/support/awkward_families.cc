#include "tests/support/awkward_families.h"

#include <limits>
#include <string>

namespace orchestrator_exporter {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void giveNames(Sink& out) {
  out.gauge("with:colon", "A colon inside.").add(1);
  out.counter("no_suffix", "A counter without the suffix of one.").add(1);
  out.counter("clash_total", "A counter whose family has a gauge's name.").add(1);
  out.gauge("clash", "That gauge.").add(1);
  out.info("target_info", "An info.").add(1, {{"os", "linux"}});
  out.stateSet("breaker", "A state set.").add(1, {{"breaker", "open"}});
  out.stateSet("breaker", "A state set.").add(0, {{"breaker", "closed"}});
}

void giveTexts(Sink& out) {
  out.gauge("help_lines", "Several\nlines, \"quotes\", a \\ and\ta tab\r\n").add(1);
  out.gauge("help_empty", "").add(1);
  out.gauge("help_not_utf8", "\xFF\xFE").add(1);
  const std::string nul("a\0b", 3);
  int i = 0;
  for (const std::string& value :
       {std::string("\"quoted\""), std::string("a\\b"), std::string("two\nlines"),
        std::string("\xFF"), nul, std::string("} 1 # {"), std::string("\r"),
        std::string(5000, 'x')}) {
    out.gauge("label_values", "Values that need escapes.")
        .add(i, {{"value", value}, {"index", std::to_string(i)}});
    ++i;
  }
  out.gauge("label_order", "Labels that come unsorted.")
      .add(1, {{"z", "1"}, {"a", "2"}, {"m", "3"}});
}

void giveNumbers(Sink& out) {
  int i = 0;
  for (const double value :
       {0.1 + 0.2, 1e300, 5e-324, -0.0, 9007199254740993.0, kInfinity, -kInfinity,
        std::numeric_limits<double>::quiet_NaN(), 1e6, 123456789.0, 1e-7}) {
    out.gauge("numbers", "Numbers of every kind.").add(value, {{"index", std::to_string(i++)}});
  }
}

void giveDistributions(Sink& out) {
  const Bucket usual[] = {{1e-7, 0}, {0.005, 1}, {1, 2}, {1e6, 3}, {2.5e7, 3}, {kInfinity, 4}};
  out.histogram("bounds", "Bounds of every size.").add({.buckets = usual, .count = 4, .sum = 1e7});
  const Bucket negative[] = {{-10, 1}, {-0.5, 2}, {0, 2}, {10, 3}};
  out.histogram("temperature_celsius", "Bounds below zero.", "celsius")
      .add({.buckets = negative, .count = 3, .sum = -4.5}, {{"place", "outside"}});
  out.histogram("no_buckets", "Only the infinite bucket.").add({.count = 2, .sum = 3});
  const Label trace[] = {{"trace_id", "0af7651916cd43dd8448eb211c80319c"}};
  const Exemplar exemplar{trace, 0.5, 1.7e9};
  const Bucket withExemplar[] = {{1, 1, &exemplar}};
  out.histogram("with_exemplar", "A bucket with an exemplar.")
      .add({.buckets = withExemplar, .count = 1, .sum = 0.5, .created = 1.7e9});
  const Quantile quantiles[] = {{0.5, 1}, {0.999, 2}};
  out.summary("latency_seconds", "A summary.", "seconds")
      .add({.quantiles = quantiles, .count = 2, .sum = 3});
  const Quantile below[] = {{0.5, -1}};
  out.summary("drift", "A summary of values below zero.")
      .add({.quantiles = below, .count = 1, .sum = -1});
}

}  // namespace

void giveAwkwardFamilies(Sink& out) {
  giveNames(out);
  giveTexts(out);
  giveNumbers(out);
  giveDistributions(out);
}

void giveUtf8Names(Sink& out) {
  out.gauge("http.server.size", "A name that needs quotes or escapes.").add(1, {{"a.b", "c"}});
  out.gauge("\xC3\xA4\xE2\x82\xAC", "A name beyond ASCII.").add(1, {{"\xC3\xA4", "\xE2\x82\xAC"}});
  out.gauge("1leading_digit", "A digit first.").add(1);
  out.gauge("escaped_by_dots.and_underscores", "Both in one name.").add(1);
}

void giveCollidingNames(Sink& out) {
  const Bucket buckets[] = {{1, 1}};
  const HistogramValue histogram{.buckets = buckets, .count = 1, .sum = 0.5};
  const Quantile quantiles[] = {{0.5, 1}};
  const SummaryValue summary{.quantiles = quantiles, .count = 1, .sum = 1};
  // As client libraries write them into files.
  out.counter("jobs_total", "A counter that tells of its beginning").add(1);
  out.gauge("jobs_created", "in a family of its own.").add(1.7e9);
  out.histogram("size", "A histogram that does,").add(histogram);
  out.gauge("size_created", "in a family of its own.").add(1.7e9);
  out.summary("wait", "A summary that does,").add(summary);
  out.gauge("wait_created", "in a family of its own.").add(1.7e9);
  // Suffixes of other types.
  out.gauge("size_count", "What the histogram gives too.").add(1);
  out.gauge("wait_bucket", "What a summary does not give.").add(1);
  out.histogram("wait_sum", "What the summary gives too.").add(histogram);
  out.gauge("gauge_total", "A gauge that looks like a counter.").add(1);
  out.gauge("gauge_info", "A gauge that looks like an info.").add(1);
  out.counter("events_info", "A counter that looks like an info.").add(1);
  out.untyped("untyped_total", "No type, and the suffix of one.").add(1);
  out.stateSet("state_total", "A state set with a suffix.").add(1, {{"state_total", "on"}});
  // Suffixes of their own type: none, twice, or nothing else.
  out.counter("without", "A counter without a suffix.").add(1);
  out.counter("twice_total_total", "A counter with two.").add(1);
  out.counter("_total", "A counter of no name.").add(1);
  out.counter("_total_total", "A counter of no other name.").add(1);
  out.info("informs", "An info without a suffix.").add(1, {{"a", "b"}});
  out.info("_info", "An info of no name.").add(1, {{"a", "b"}});
  out.info("both_info", "An info").add(1, {{"a", "b"}});
  out.counter("both_total", "and a counter of one family name").add(1);
  out.gauge("both", "that is a gauge's.").add(1);
  out.info("pair_info", "An info").add(1, {{"a", "b"}});
  out.counter("pair_total", "and a counter of one family name.").add(1);
  out.counter("plain", "A counter without a suffix").add(1);
  out.counter("plain_total", "and one with it.").add(1);
  // Names that escaping makes one.
  out.gauge("one.name", "h").add(1);
  out.gauge("one_name", "h").add(2);
  out.histogram("an.other", "h").add(histogram);
  out.counter("an_other_count", "h").add(1);
  out.counter("an_other.total", "h").add(1);
  out.counter("an_other_total", "h").add(1);
  out.gauge("label_names", "h").add(1, {{"a.b", "1"}, {"a_b", "2"}});
  out.gauge("label_names", "h").add(1, {{"a.b", "1"}});
}

}  // namespace orchestrator_exporter
