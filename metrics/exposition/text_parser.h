#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/label.h"
#include "metrics/sample.h"
#include "metrics/stored_native.h"

namespace orchestrator_exporter {

// Buckets or quantiles with their totals: what all lines of one histogram or summary with the same
// labels tell together. What no line told is 0.
struct ParsedDistribution {
  std::vector<Bucket> buckets;      // ascending by bound; counts as they were given
  std::vector<Quantile> quantiles;  // ascending
  std::uint64_t count = 0;
  double sum = 0;
  std::shared_ptr<const StoredNative> native = {};  // null if there are none, as in all texts
};

// One sample of a parsed family. Labels are sorted by name and unescaped; `le` of a histogram and
// `quantile` of a summary are not among them. `value` is for counters, gauges and untyped families,
// `distribution` for histograms and summaries.
struct ParsedSample {
  std::vector<Label> labels;
  double value = 0;
  ParsedDistribution distribution;
};

struct ParsedFamily {
  std::string_view name;
  std::string_view help;  // empty if there is none
  MetricType type = MetricType::kUntyped;
  std::vector<ParsedSample> samples;  // in the order of their first lines; may hold duplicates
};

// An exposition in Prometheus' text format 0.0.4, parsed whole. Its views point into the text that
// was parsed, which must outlive it, and into texts that it owns.
class ParsedText {
 public:
  ParsedText() = default;
  ParsedText(ParsedText&&) = default;
  ParsedText& operator=(ParsedText&&) = default;

  // Families with at least one sample, in the order in which they were first named.
  const std::vector<ParsedFamily>& families() const { return families_; }
  // The first line with a timestamp, counted from 1; nullopt if no sample has one. Timestamps
  // are checked and not kept: those who take expositions from others refuse them.
  std::optional<std::size_t> firstTimestampLine() const { return firstTimestampLine_; }

 private:
  friend class TextParser;
  std::vector<ParsedFamily> families_;
  std::deque<std::string> texts_;
  std::optional<std::size_t> firstTimestampLine_;
};

// Parses a text of any size and content; strict, so that one fault refuses the whole text. `place`
// names it in errors. Throws ParseError, with line and finding, for: a last line without a line
// end; a second HELP or TYPE of a family, TYPE after its first sample; an unknown type; names that
// are not ASCII names of metrics and labels; a label twice, or named __name__; bad escapes,
// unterminated quotes and braces, label values that are not UTF-8; values that are no numbers and
// counts that are not at least 0 and below 2^64 (fractions are cut off); timestamps that are no
// whole numbers; anything after the value and the timestamp, a blank or a carriage return too.
// Comments and blank lines are skipped, so nothing of OpenMetrics is understood.
ParsedText parseText(std::string_view place, std::string_view text);

}  // namespace orchestrator_exporter
