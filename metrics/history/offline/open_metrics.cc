#include "metrics/history/offline/open_metrics.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <deque>
#include <optional>
#include <utility>

#include "metrics/base/errors.h"
#include "metrics/base/names.h"
#include "metrics/base/number_format.h"
#include "metrics/base/number_parse.h"
#include "metrics/exposition/escaping.h"
#include "metrics/exposition/text_line.h"

namespace orchestrator_exporter::history {

namespace {

constexpr std::size_t kSamplesOfBatch = 50'000;
constexpr double kLargestTime = 9e12;  // seconds; in milliseconds far within 64 bits

std::optional<MetricType> typeOf(std::string_view word) {
  if (word == "counter") return MetricType::kCounter;
  if (word == "gauge") return MetricType::kGauge;
  if (word == "histogram") return MetricType::kHistogram;
  if (word == "summary") return MetricType::kSummary;
  if (word == "info") return MetricType::kInfo;
  if (word == "stateset") return MetricType::kStateSet;
  if (word == "unknown" || word == "gaugehistogram") return MetricType::kUntyped;
  return std::nullopt;
}

class Reader {
 public:
  Reader(std::string_view place, const std::function<void(SeriesBatch)>& take,
         const std::function<void(const MetricMetadata&)>& describe)
      : place_(place), take_(take), describe_(describe) {}

  std::size_t read(std::istream& text) {
    for (std::string line; std::getline(text, line);) {
      ++number_;
      if (isEnded_) throw ParseError(place_, number_, "expected nothing behind # EOF");
      readLine(line);
      if (pending_ >= kSamplesOfBatch) flush();
    }
    if (text.bad()) throw ParseError(place_, number_, "cannot be read to its end");
    if (!isEnded_) throw ParseError(place_, number_, "expected # EOF at the end");
    flush();
    return count_;
  }

 private:
  struct Pending {
    LabelSet labels;
    std::vector<Label> views;
    std::vector<TimedSample> samples;
  };

  void readLine(const std::string& text) {
    std::deque<std::string> texts;
    TextLine line(place_, number_, text, texts, TextLine::Quoted::kUtf8);
    if (text == "# EOF") {
      isEnded_ = true;
    } else if (text.starts_with("# ")) {
      readComment(line);
    } else {
      readSample(line);
    }
  }

  void readComment(TextLine& line) {
    line.takeWord();
    line.skipBlanks();
    const std::string_view kind = line.takeWord();
    line.skipBlanks();
    if (kind != "TYPE" && kind != "HELP" && kind != "UNIT") {
      line.fail("TYPE, HELP, UNIT or EOF", kind);
    }
    const std::string_view family = line.takeMetricName();
    line.skipBlanks();
    if (family != family_.family) {
      describe();
      family_.family = family;
    }
    if (kind == "HELP") family_.help = line.takeHelp();
    if (kind == "UNIT") family_.unit = line.takeWord();
    if (kind != "TYPE") return;
    const std::string_view word = line.takeWord();
    const auto type = typeOf(word);
    if (!type) line.fail("a type of OpenMetrics", word);
    family_.type = *type;
  }

  void readSample(TextLine& line) {
    std::string_view name;
    if (!line.startsWith('{')) name = line.takeMetricName();
    std::vector<Label> labels;
    if (line.startsWith('{')) name = line.takeLabels(name, labels);
    if (name.empty()) line.fail("a metric name", line.all());
    const double value = takeNumber(line, "a value");
    line.skipBlanks();
    if (line.empty() || line.startsWith('#')) {
      throw ParseError(place_, number_, "expected a timestamp behind the value");
    }
    const double seconds = takeNumber(line, "a timestamp");
    if (!(std::fabs(seconds) < kLargestTime)) line.fail("a timestamp", line.all());
    line.skipBlanks();
    if (!line.empty() && !line.startsWith('#')) line.fail("the end of the line", line.rest());
    checkOnce(labels, line);
    std::vector<LabelSet::Pair> pairs = {{"__name__", std::string(name)}};
    for (const Label& label : labels) pairs.emplace_back(label.name, label.value);
    add(LabelSet(std::move(pairs)), {std::llround(seconds * 1000), value});
  }

  double takeNumber(TextLine& line, std::string_view expected) const {
    line.skipBlanks();
    const std::string_view word = line.takeWord();
    const auto number = parseNumber(word);
    if (!number) line.fail(expected, word);
    return *number;
  }

  static void checkOnce(std::vector<Label>& labels, const TextLine& line) {
    std::ranges::sort(labels, {}, &Label::name);
    const auto twice = std::ranges::adjacent_find(labels, {}, &Label::name);
    if (twice != labels.end()) line.fail("each label once", twice->name);
  }

  void add(LabelSet labels, TimedSample sample) {
    ++count_;
    ++pending_;
    if (series_.empty() || series_.back().labels != labels) {
      series_.push_back({std::move(labels), {}, {}});
    }
    series_.back().samples.push_back(sample);
  }

  void describe() {
    if (!family_.family.empty()) describe_(family_);
    family_ = {};
  }

  void flush() {
    describe();
    std::vector<WrittenSeries> batch;
    for (Pending& one : series_) {
      for (const auto& [name, value] : one.labels) one.views.push_back({name, value});
      batch.push_back({one.views, one.samples});
    }
    if (!batch.empty()) take_(batch);
    series_.clear();
    pending_ = 0;
  }

  const std::string place_;
  const std::function<void(SeriesBatch)>& take_;
  const std::function<void(const MetricMetadata&)>& describe_;
  std::size_t number_ = 0;
  std::size_t count_ = 0;
  std::size_t pending_ = 0;  // samples
  bool isEnded_ = false;
  std::deque<Pending> series_;
  MetricMetadata family_;
};

}  // namespace

std::size_t readOpenMetrics(std::istream& text, std::string_view place,
                            const std::function<void(SeriesBatch)>& take,
                            const std::function<void(const MetricMetadata&)>& describe) {
  return Reader(place, take, describe).read(text);
}

void appendOpenMetrics(const LabelSet& labels, const SampleColumns& samples, std::string& out) {
  const std::string series = seriesText(labels);
  for (std::size_t i = 0; i < samples.times.size(); ++i) {
    if (std::bit_cast<std::uint64_t>(samples.values[i]) == kStaleBits) continue;
    TextBuffer numbers;
    numbers.append(' ');
    appendNumber(numbers, samples.values[i]);
    numbers.append(' ');
    appendFixed(numbers, static_cast<double>(samples.times[i]) / 1000);
    numbers.append('\n');
    out += series;
    out += numbers.view();
  }
}

std::string openMetricsHead(std::string_view metric) {
  constexpr std::string_view kTotal = "_total";
  const bool isCounter = metric.ends_with(kTotal) && metric.size() > kTotal.size();
  const std::string_view family =
      isCounter ? metric.substr(0, metric.size() - kTotal.size()) : metric;
  std::string head = "# TYPE ";
  if (isLegalMetricName(family)) {
    head += family;
  } else {
    appendQuoted(family, head);
  }
  return head + (isCounter ? " counter\n" : " unknown\n");
}

}  // namespace orchestrator_exporter::history
