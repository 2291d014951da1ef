#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "metrics/history/head.h"
#include "metrics/history/series_key.h"

namespace orchestrator_exporter::history {

inline constexpr std::int64_t kBegin = 1'700'000'000'000;
inline constexpr std::size_t kNoLimit = SIZE_MAX;

inline std::string textOf(const LabelSet& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    text.append(text.empty() ? "" : ",").append(name).append("=").append(value);
  }
  return text;
}

// Times in seconds after kBegin.
inline std::string textOf(const SelectedSeries& series) {
  std::string text = textOf(*series.labels) + ":";
  for (std::size_t i = 0; i < series.samples->times.size(); ++i) {
    const double value = series.samples->values[i];
    const bool stale = std::bit_cast<std::uint64_t>(value) == kStaleBits;
    text += " " + (stale ? "stale" : std::to_string(std::lround(value))) + "@" +
            std::to_string((series.samples->times[i] - kBegin) / 1000);
  }
  return text;
}

// A head and the readings that it takes, at a time that the test moves.
class HeadOf {
 public:
  explicit HeadOf(Head::Config config = {}) : head(std::move(config)) {}

  void read(const std::function<void(Sink&)>& give) {
    auto reading = std::make_shared<Snapshot>();
    give(*reading);
    reading->time = std::chrono::system_clock::time_point(std::chrono::milliseconds(now));
    reading->findLayout();
    head.take(*reading);
  }
  void gauge(double value) {
    read([&](Sink& out) { out.gauge("g", "G.").add(value); });
  }
  // Writes samples of one series with times of their own.
  std::vector<AppendResult> write(const LabelSet& labels, std::span<const TimedSample> samples,
                                  std::int64_t latest = Selection::kNewest) {
    const std::vector<Label> key = labelsOf(labels);
    const Head::Written series[] = {{{key, samples}, hashOf(key)}};
    Head::Results results[1];
    EXPECT_EQ(head.append(series, latest, results), std::vector<std::size_t>());
    return results[0];
  }
  void pass(std::chrono::milliseconds time) { now += time.count(); }

  std::vector<std::string> select(const std::vector<LabelMatcher>& matchers,
                                  Selection selection = {}) const {
    selection.matchers = matchers;
    std::vector<std::string> texts;
    for (const SelectedSeries& series : head.select(selection, kNoLimit).series) {
      texts.push_back(textOf(series));
    }
    return texts;
  }
  std::vector<std::string> named(const std::string& name, Selection selection = {}) const {
    return select({{"__name__", LabelMatcher::Operator::kEqual, name}}, selection);
  }
  std::vector<std::string> series(const std::vector<LabelMatcher>& matchers) const {
    const std::vector<std::vector<LabelMatcher>> any = {matchers};
    std::vector<std::string> texts;
    for (const LabelSet& labels : head.series({.any = any})) texts.push_back(textOf(labels));
    return texts;
  }

  std::int64_t now = kBegin;
  Head head;
};

inline void giveDisks(Sink& out, const std::vector<std::string>& devices) {
  auto disks = out.gauge("disk", "D.");
  for (const std::string& device : devices) disks.add(1, {{"device", device}});
}

}  // namespace orchestrator_exporter::history
