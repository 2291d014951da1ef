#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "metrics/history/head.h"
#include "metrics/history/intake/archive.h"
#include "metrics/history_intake.h"

namespace orchestrator_exporter::history {

// Writes into a head, some series at a time, so that readings and questions go on meanwhile; and
// into its archive, if it has one.
class HeadIntake final : public HistoryIntake {
 public:
  // `archive` is null if there is none; then the head must not be of a kind that has one.
  HeadIntake(std::shared_ptr<Head> head, std::shared_ptr<Archive> archive)
      : head_(std::move(head)), archive_(std::move(archive)) {}

  std::vector<AppendResult> write(std::span<const WrittenSeries> series,
                                  std::int64_t latest) override;
  std::vector<AppendResult> append(std::span<const WrittenSeries> series,
                                   std::int64_t latest) override;
  void keep(std::span<const WrittenSeries> series) override;
  bool hasDisk() const override { return archive_ != nullptr; }
  std::vector<AppendResult> write(std::span<const WrittenHistograms> series,
                                  std::int64_t latest) override;
  void describe(std::span<const MetricMetadata> families) override;

 private:
  void append(std::span<const Head::Written> series, std::int64_t latest,
              std::span<Head::Results> results);
  template <typename Written>
  void keep(std::span<const Written> series, std::span<const AppendResult> results) const;

  const std::shared_ptr<Head> head_;
  const std::shared_ptr<Archive> archive_;
  // One write at a time: what the archive said of a series is true until it was appended.
  std::mutex writing_;
};

}  // namespace orchestrator_exporter::history
