#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/history.h"
#include "metrics/history/head.h"
#include "metrics/history/store/store.h"

namespace orchestrator_exporter::history {

// A head and its store as one: what the head has of the newest readings, and the store before that.
class StoredHistory final : public History {
 public:
  StoredHistory(std::shared_ptr<const Head> head, std::shared_ptr<const Store> store)
      : head_(std::move(head)), store_(std::move(store)) {}

  Selected select(const Selection& selection, std::size_t maxSamples) const override;
  std::vector<LabelSet> series(const SeriesFilter& filter) const override;
  std::vector<std::string> labelNames(const SeriesFilter& filter) const override;
  std::vector<std::string> labelValues(std::string_view name,
                                       const SeriesFilter& filter) const override;
  // Of the newest reading, and of what was described besides.
  std::vector<MetricMetadata> metadata() const override { return head_->metadata(); }

 private:
  const std::shared_ptr<const Head> head_;
  const std::shared_ptr<const Store> store_;
};

}  // namespace orchestrator_exporter::history
