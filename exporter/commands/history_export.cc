#include <algorithm>
#include <cstdio>
#include <limits>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>

#include "exporter/commands/command.h"
#include "exporter/commands/times.h"
#include "metrics/history/offline/open_metrics.h"
#include "metrics/history/offline/read_only_history.h"
#include "metrics/promql/syntax/parser.h"
#include "metrics/promql/syntax/position.h"

// history export: samples of a history on disk as OpenMetrics with timestamps.

namespace orchestrator_exporter::commands {

namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

class HistoryExport final : public Command {
 public:
  void declare(CommandLine& line) override {
    line.add(
        {"match", "SELECTOR", "Only series that match, as in up{job=\"a\"}. Repeatable.", true},
        [this](const std::string& given) { match_.push_back(given); });
    line.add({"start", "TIME",
              "Only samples from this time on: RFC 3339, Unix seconds, now, or before now as in "
              "-1h. Default: the oldest"},
             [this](const std::string& given) { start_ = timeOf("start", given, now_); });
    line.add({"end", "TIME", "Only samples until this time. Default: the newest"},
             [this](const std::string& given) { end_ = timeOf("end", given, now_); });
    line.add({"output", "FILE", "Where to write. Default: standard output"},
             [this](const std::string& given) { output_ = given == "-" ? "" : given; });
  }

  int run(const std::vector<std::string>& arguments) override {
    const history::ReadOnlyHistory history(arguments.front());
    const auto selectors = this->selectors();
    const std::unique_ptr<std::FILE, CloseFile> opened(
        output_.empty() ? nullptr : std::fopen(output_.c_str(), "wb"));
    if (!output_.empty() && opened == nullptr)
      throw std::runtime_error(output_ + ": cannot be written");
    out_ = opened == nullptr ? stdout : opened.get();
    const SeriesFilter filter{.any = selectors, .from = start_, .until = end_};
    for (const std::string& metric : history.labelValues("__name__", filter)) {
      exportMetric(history, metric, selectors);
    }
    write("# EOF\n");
    if (leftOut_ > 0) {
      std::fprintf(stderr, "%zu native histograms left out: OpenMetrics cannot say them\n",
                   leftOut_);
    }
    if (std::fflush(out_) != 0) throw std::runtime_error("the output cannot be written");
    return kDone;
  }

 private:
  std::vector<std::vector<LabelMatcher>> selectors() const {
    std::vector<std::vector<LabelMatcher>> all;
    for (const std::string& text : match_) {
      try {
        all.push_back(promql::parseSelector(text));
      } catch (const promql::ParseError& error) {
        throw UsageError("--match: " + std::string(error.what()));
      }
    }
    return all;
  }

  void exportMetric(const history::ReadOnlyHistory& history, const std::string& metric,
                    std::vector<std::vector<LabelMatcher>> selectors) {
    if (selectors.empty()) selectors.emplace_back();
    std::map<LabelSet, std::shared_ptr<const SampleColumns>> found;
    for (std::vector<LabelMatcher>& matchers : selectors) {
      matchers.emplace_back("__name__", LabelMatcher::Operator::kEqual, metric);
      Selection selection{.matchers = matchers, .until = end_};
      if (start_ != Selection::kOldest) selection.after = start_ - 1;
      const Selected selected = history.select(selection, std::numeric_limits<std::size_t>::max());
      for (const SelectedSeries& series : selected.series) {
        found.emplace(*series.labels, series.samples.shared());
      }
    }
    std::string text;
    bool isBegun = false;
    for (const auto& [labels, samples] : found) {
      leftOut_ += static_cast<std::size_t>(
          std::ranges::count_if(samples->histograms.times,
                                [&](std::int64_t time) { return time >= start_ && time <= end_; }));
      history::appendOpenMetrics(labels, within(*samples), text);
      if (text.empty()) continue;
      if (!std::exchange(isBegun, true)) write(history::openMetricsHead(metric));
      write(text);
      text.clear();
    }
  }

  // A selection may hold more than was asked for.
  SampleColumns within(const SampleColumns& samples) const {
    SampleColumns kept;
    for (std::size_t i = 0; i < samples.times.size(); ++i) {
      if (samples.times[i] < start_ || samples.times[i] > end_) continue;
      kept.times.push_back(samples.times[i]);
      kept.values.push_back(samples.values[i]);
    }
    return kept;
  }

  void write(const std::string& text) const {
    if (std::fwrite(text.data(), 1, text.size(), out_) == text.size()) return;
    throw std::runtime_error("the output cannot be written");
  }

  const std::int64_t now_ = currentTime();
  std::vector<std::string> match_;
  std::int64_t start_ = Selection::kOldest;
  std::int64_t end_ = Selection::kNewest;
  std::string output_;
  std::FILE* out_ = nullptr;
  std::size_t leftOut_ = 0;  // histograms
};

const RegisterCommand historyExport{{
    .name = "history export",
    .arguments = "DIRECTORY",
    .least = 1,
    .most = 1,
    .help = "Writes the samples of the history in a directory of state (--storage.path) as "
            "OpenMetrics with timestamps, also while an exporter writes to it: what `history "
            "import` and `promtool tsdb create-blocks-from openmetrics` take. If a coarse tier "
            "is all there is, its last values. Native histograms, which the format cannot say, are "
            "left out, and how many is told on standard error.",
    .make = [] { return std::make_unique<HistoryExport>(); },
}};

}  // namespace

}  // namespace orchestrator_exporter::commands
