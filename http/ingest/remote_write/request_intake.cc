#include "http/ingest/remote_write/request_intake.h"

#include <array>
#include <deque>
#include <utility>
#include <vector>

#include "http/ingest/remote_write/histogram_decoding.h"
#include "http/ingest/remote_write/series_labels.h"
#include "metrics/base/errors.h"
#include "metrics/base/utf8.h"
#include "metrics/exposition/escaping.h"
#include "metrics/history.h"

namespace orchestrator_exporter::http::remote_write {

namespace {

// Shortened to what a message can hold.
std::string shortText(std::span<const Label> labels) {
  constexpr std::size_t kMostBytes = 512;
  const std::string text = toUtf8(seriesText(labels));
  if (text.size() <= kMostBytes) return text;
  return std::string(utf8Prefix(text, kMostBytes)) + "…";
}

const char* reasonOf(AppendResult result) {
  switch (result) {
    case AppendResult::kConflict:
      return "duplicate sample for timestamp";
    case AppendResult::kTooOld:
      return "out of order sample";
    case AppendResult::kOutOfBounds:
      return "out of bounds";
    case AppendResult::kFull:
      return "too many series";
    case AppendResult::kAppended:
    case AppendResult::kSame:
      break;
  }
  return nullptr;
}

// The name of the family that a series is of, as a text format has it.
std::string_view familyOf(std::string_view name, MetricType type) {
  constexpr std::array<std::string_view, 3> kSuffixes = {"_bucket", "_sum", "_count"};
  if (type != MetricType::kHistogram && type != MetricType::kSummary) return name;
  for (const std::string_view suffix : kSuffixes) {
    if (name.size() > suffix.size() && name.ends_with(suffix)) {
      return name.substr(0, name.size() - suffix.size());
    }
  }
  return name;
}

class RequestIntake {
 public:
  RequestIntake(HistoryIntake& history, WriteRequest& request)
      : history_(history), request_(request) {}

  Outcome give(std::int64_t latest) {
    for (const Description& family : request_.families) describe(family.name, family);
    for (std::size_t i = 0; i < request_.series.size(); ++i) check(i);
    auto result = results(latest).begin();
    for (const WrittenSeries& series : written_) {
      for (const TimedSample& sample : series.samples) count(series.labels, sample.time, *result++);
    }
    giveHistograms(latest);
    if (!families_.empty()) history_.describe(families_);
    return std::move(outcome_);
  }

 private:
  const std::vector<AppendResult>& results(std::int64_t latest) {
    if (!written_.empty()) results_ = history_.write(written_, latest);
    return results_;
  }

  void check(std::size_t number) {
    const WriteRequest::Series& series = request_.series[number];
    const char* fault = nullptr;
    const std::span<const Label> labels = seriesLabels(request_.labelsOf(series), fault);
    if (series.fault != nullptr) fault = series.fault;
    if (fault != nullptr) {
      ++outcome_.faultySeries;
      outcome_.rejected += series.samples + series.histograms;
      return note(fault, labels);
    }
    if (number < request_.described.size()) {
      const Description& said = request_.described[number];
      if (said.type != MetricType::kUntyped || !said.help.empty() || !said.unit.empty()) {
        describe(familyOf(metricName(labels), said.type), said);
      }
    }
    if (series.samples > 0) written_.push_back({labels, request_.samplesOf(series)});
    if (series.histograms > 0) decode(series, labels);
  }

  void decode(const WriteRequest::Series& series, std::span<const Label> labels) {
    std::vector<TimedHistogram>& decoded = decoded_.emplace_back();
    for (const std::string_view message : request_.histogramsOf(series)) {
      try {
        decoded.push_back(decodeHistogram(message));
      } catch (const ParseError& error) {
        ++outcome_.rejected;
        note(error.what(), labels);
      }
    }
    if (!decoded.empty()) histograms_.push_back({labels, decoded});
  }

  void giveHistograms(std::int64_t latest) {
    if (histograms_.empty()) return;
    const std::vector<AppendResult> results = history_.write(histograms_, latest);
    auto result = results.begin();
    for (const WrittenHistograms& series : histograms_) {
      for (const TimedHistogram& sample : series.samples) {
        if (reasonOf(*result) == nullptr) ++outcome_.histogramsAccepted;
        count(series.labels, sample.time, *result++);
      }
    }
  }

  void describe(std::string_view name, const Description& said) {
    constexpr std::size_t kMostBytes = 4096;
    if (name.empty() || !isUtf8(name)) return;
    const auto text = [](std::string_view given) {
      return std::string(utf8Prefix(toUtf8(given), kMostBytes));
    };
    if (!families_.empty() && families_.back().family == name) return;
    families_.push_back({text(name), said.type, text(said.help), text(said.unit)});
  }

  void count(std::span<const Label> labels, std::int64_t time, AppendResult result) {
    const char* const reason = reasonOf(result);
    if (reason != nullptr) {
      ++outcome_.rejected;
      if (outcome_.reason.empty()) note(reason, labels, " at " + std::to_string(time));
    } else {
      ++(result == AppendResult::kSame ? outcome_.duplicate : outcome_.accepted);
    }
  }

  void note(std::string_view reason, std::span<const Label> labels, const std::string& place = {}) {
    if (!outcome_.reason.empty()) return;
    outcome_.reason = reason;
    outcome_.series = shortText(labels) + place;
  }

  HistoryIntake& history_;
  WriteRequest& request_;
  std::vector<WrittenSeries> written_;
  std::deque<std::vector<TimedHistogram>> decoded_;  // of histograms_
  std::vector<WrittenHistograms> histograms_;
  std::vector<AppendResult> results_;
  std::vector<MetricMetadata> families_;
  Outcome outcome_;
};

}  // namespace

Outcome giveTo(HistoryIntake& history, WriteRequest& request, std::int64_t latest) {
  return RequestIntake(history, request).give(latest);
}

}  // namespace orchestrator_exporter::http::remote_write
