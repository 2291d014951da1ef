#include "http/remote_write/encoding/encoder.h"

#include <algorithm>
#include <bit>

#include "http/remote_write/encoding/snappy.h"
#include "metrics/base/identity_hash.h"

namespace orchestrator_exporter::remote_write {

Encoder::Encoder(EncoderSettings settings)
    : settings_(std::move(settings)), layout_(std::make_unique<SeriesLayout>()) {}

Encoder::~Encoder() = default;

void Encoder::encode(const Snapshot& reading, const Take& take) {
  const std::int64_t time =
      std::chrono::floor<std::chrono::milliseconds>(reading.time.time_since_epoch()).count();
  histograms_ = exemplars_ = 0;
  if (time <= last_) return;
  last_ = time;
  const bool isNew = reading.layout() != snapshotLayout_;
  if (isNew) follow(reading, take, time);

  values_.clear();
  layout_->appendValues(reading, isNew, values_);
  ReadingExtras extras(reading, {.exemplars = settings_.exemplars,
                                 .histograms = settings_.labels.nativeHistograms,
                                 .startTimes = settings_.protocol == Protocol::kV2});
  forgetSentExemplars(extras);
  histograms_ = extras.histograms.size();
  exemplars_ = extras.exemplars.size();
  write(forms_, {time, values_, &extras}, take);
}

void Encoder::end(std::int64_t time, const Take& take) {
  if (snapshotLayout_ == 0) return;
  last_ = std::max(time, last_ + 1);
  write(forms_, {.time = last_}, take);
  snapshotLayout_ = 0;
  forms_.clear();
  layout_ = std::make_unique<SeriesLayout>();
}

void Encoder::downgrade() {
  settings_.protocol = Protocol::kV1;
  forms_ = formsOf(*layout_, layout_->series());
}

// Series that are gone end with the reading that has them no more.
void Encoder::follow(const Snapshot& reading, const Take& take, std::int64_t time) {
  auto next = std::make_unique<const SeriesLayout>(reading, settings_.labels, *layout_);
  const std::vector<SentSeries> gone = layout_->missingIn(*next);
  write(formsOf(*layout_, gone), {.time = time}, take);
  for (const SentSeries& series : gone) sentExemplars_.erase(series.identity);
  forms_ = formsOf(*next, next->series());
  layout_ = std::move(next);
  snapshotLayout_ = reading.layout();
}

std::vector<Encoder::ShardForm> Encoder::formsOf(const SeriesLayout& layout,
                                                 std::span<const SentSeries> series) const {
  std::vector<ShardForm> forms;
  std::vector<std::vector<SentSeries>> dealt(settings_.shards);
  const auto close = [&](std::size_t shard) {
    if (dealt[shard].empty()) return;
    forms.push_back(
        {shard, requestForm(settings_.protocol, layout, std::exchange(dealt[shard], {}))});
  };
  for (const SentSeries& one : series) {
    const std::size_t shard = one.identity % settings_.shards;
    dealt[shard].push_back(one);
    if (dealt[shard].size() == settings_.samplesPerBlock) close(shard);
  }
  for (std::size_t shard = 0; shard < dealt.size(); ++shard) close(shard);
  return forms;
}

void Encoder::write(const std::vector<ShardForm>& forms, const RequestValues& values,
                    const Take& take) {
  for (const auto& [shard, form] : forms) {
    Block block{.time = values.time, .protocol = settings_.protocol};
    form->write(values, block.amounts, request_);
    block.bytes = packed(request_);
    if (block.amounts != Amounts{}) take(shard, std::move(block));
  }
}

// An exemplar stays with its series until there is another; a receiver wants it once.
void Encoder::forgetSentExemplars(ReadingExtras& extras) {
  if (extras.exemplars.empty()) return;
  const std::span<const SentSeries> series = layout_->series();
  std::size_t at = 0;
  std::erase_if(extras.exemplars, [&](const ReadingExtras::PlacedExemplar& exemplar) {
    while (at < series.size() && series[at].place < exemplar.place) ++at;
    if (at == series.size() || series[at].place != exemplar.place) return true;
    const std::uint64_t identity =
        identityHash(exemplar.labels, std::bit_cast<std::uint64_t>(exemplar.value) ^
                                          static_cast<std::uint64_t>(exemplar.time));
    std::uint64_t& last = sentExemplars_[series[at].identity];
    return std::exchange(last, identity) == identity;
  });
}

}  // namespace orchestrator_exporter::remote_write
