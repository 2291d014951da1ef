#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "http/remote_write/encoding/request_form.h"
#include "http/remote_write/encoding/series_layout.h"
#include "http/remote_write/queue/block.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter::remote_write {

struct EncoderSettings {
  LabelRules labels = {};
  Protocol protocol = Protocol::kV1;
  bool exemplars = false;  // each is sent once
  std::size_t samplesPerBlock = 2000;
  std::size_t shards = 1;
};

// Makes the requests for one destination of the readings, in their order: each series of a reading
// with its value, and a staleness marker for each that the reading before had and this one has not.
// For one thread at a time.
class Encoder {
 public:
  // Takes a block for one of the shards; a series is always in the same.
  using Take = std::function<void(std::size_t shard, Block block)>;

  explicit Encoder(EncoderSettings settings);
  ~Encoder();

  // A reading that is not later than the one before gives nothing: its samples would be out of
  // order.
  void encode(const Snapshot& reading, const Take& take);
  // Ends all series of the last reading at this time, or right after that reading if it is not
  // later.
  void end(std::int64_t time, const Take& take);
  // Samples of the last reading that rules dropped.
  std::size_t dropped() const { return layout_->dropped(); }
  // What the last reading had for this destination beside its samples.
  std::size_t histograms() const { return histograms_; }
  std::size_t exemplars() const { return exemplars_; }

  // From now on blocks are of 1.0.
  void downgrade();

 private:
  struct ShardForm {
    std::size_t shard;
    std::unique_ptr<RequestForm> form;
  };

  void follow(const Snapshot& reading, const Take& take, std::int64_t time);
  std::vector<ShardForm> formsOf(const SeriesLayout& layout,
                                 std::span<const SentSeries> series) const;
  void write(const std::vector<ShardForm>& forms, const RequestValues& values,
             const Take& take);
  void forgetSentExemplars(ReadingExtras& extras);

  EncoderSettings settings_;
  std::unique_ptr<const SeriesLayout> layout_;
  std::uint64_t snapshotLayout_ = 0;  // 0: of none
  std::vector<ShardForm> forms_;      // of the layout
  std::vector<double> values_;
  std::string request_;  // the last one, for its memory
  std::int64_t last_ = INT64_MIN;
  std::size_t histograms_ = 0;
  std::size_t exemplars_ = 0;
  std::unordered_map<std::uint64_t, std::uint64_t> sentExemplars_;  // the last one, by series
};

}  // namespace orchestrator_exporter::remote_write
