#include "metrics/rules/result_writer.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace orchestrator_exporter::rules {

namespace {

// Some hundred kilobytes at once.
constexpr std::size_t kSeriesOfTransaction = 1000;

// Samples as an intake takes them. Texts are the samples' own.
template <typename Sample, typename Written>
class Views {
 public:
  // `sampleOf` gives what a RuleSample has as a Sample.
  template <typename SampleOf>
  Views(std::span<const RuleSample> samples, SampleOf sampleOf) {
    std::size_t labels = 0;
    for (const RuleSample& sample : samples) labels += sample.labels.size();
    labels_.reserve(labels);
    samples_.reserve(samples.size());
    series_.reserve(samples.size());
    for (const RuleSample& sample : samples) {
      const std::size_t first = labels_.size();
      for (const auto& [name, value] : sample.labels) labels_.push_back({name, value});
      samples_.push_back(sampleOf(sample));
      series_.push_back({std::span(labels_).subspan(first), {&samples_.back(), 1}});
    }
  }

  std::span<const Written> series() const { return series_; }

 private:
  std::vector<Label> labels_;
  std::vector<Sample> samples_;
  std::vector<Written> series_;
};

auto numbersOf(std::span<const RuleSample> samples) {
  return Views<TimedSample, WrittenSeries>(samples, [](const RuleSample& sample) {
    return TimedSample{sample.time, sample.value};
  });
}

auto histogramsOf(std::span<const RuleSample> samples) {
  return Views<TimedHistogram, WrittenHistograms>(samples, [](const RuleSample& sample) {
    return TimedHistogram{sample.time, sample.histogram};
  });
}

}  // namespace

void ResultWriter::write(std::vector<RuleSample> samples) {
  const auto histograms = std::ranges::stable_partition(
      samples, [](const RuleSample& sample) { return sample.histogram == nullptr; });
  const std::size_t numbers = samples.size() - histograms.size();
  try {
    writeNumbers(std::span(samples).first(numbers));
    writeHistograms(std::span(samples).subspan(numbers));
  } catch (const std::exception& error) {
    log_(error.what());
  }
}

void ResultWriter::writeNumbers(std::span<const RuleSample> samples) {
  if (samples.empty()) return;
  const std::vector<AppendResult> results = intake_->append(numbersOf(samples).series());
  if (!intake_->hasDisk()) return;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (isKept(results[i])) taken_.push_back(samples[i]);
  }
}

// They are few, and on disk at once.
void ResultWriter::writeHistograms(std::span<const RuleSample> samples) {
  if (!samples.empty()) intake_->write(histogramsOf(samples).series());
}

void ResultWriter::keep() {
  if (taken_.empty()) return;
  std::unique_lock lock(mutex_);
  changes_.wait(lock, [this] { return handed_.empty(); });
  handed_ = std::exchange(taken_, {});
  changes_.notify_all();
  if (!thread_.joinable()) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
}

ResultWriter::~ResultWriter() {
  std::unique_lock lock(mutex_);
  changes_.wait(lock, [this] { return handed_.empty(); });
}

void ResultWriter::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changes_.wait(lock, stop, [this] { return !handed_.empty(); })) {
    // Nobody else changes them meanwhile.
    lock.unlock();
    bringToDisk(handed_);
    lock.lock();
    handed_.clear();
    changes_.notify_all();
  }
}

void ResultWriter::bringToDisk(std::span<const RuleSample> samples) {
  try {
    while (!samples.empty()) {
      const std::size_t size = std::min(samples.size(), kSeriesOfTransaction);
      intake_->keep(numbersOf(samples.first(size)).series());
      samples = samples.subspan(size);
    }
  } catch (const std::exception& error) {
    log_(error.what());
  }
}

}  // namespace orchestrator_exporter::rules
