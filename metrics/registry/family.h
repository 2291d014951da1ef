#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/registry/label_schema.h"
#include "metrics/registry/series.h"
#include "metrics/registry/series_budget.h"
#include "metrics/series_index.h"
#include "metrics/sink.h"

namespace orchestrator_exporter {

// What may be said of any family when it is registered.
struct FamilyOptions {
  std::string unit = {};  // the suffix of the name that names the unit: "seconds"
  // A series that nobody recorded to for this long goes away; 0 = never, up to kLongestExpiry. The
  // time since the last record is known to the interval between two collections, in which the
  // series are looked at.
  std::chrono::milliseconds expireAfter{0};
  // A series whose value is not 0 does not go away: a gauge of what is going on. For gauges only.
  bool expireAtZeroOnly = false;
  // Further series go to one whose label values are all "overflow"; 0 = no limit. A family with a
  // limit is also held to those of its registry (RegistryOptions).
  std::size_t maxSeries = 0;
  friend bool operator==(const FamilyOptions&, const FamilyOptions&) = default;
};

// For families of one program that differ in their unit alone.
inline FamilyOptions withUnit(FamilyOptions options, std::string unit) {
  options.unit = std::move(unit);
  return options;
}

// What happened to a family, kept apart so that handles can count after its end.
struct FamilyTally {
  std::atomic<std::uint64_t> rejectedValues{0};
  std::atomic<std::uint64_t> overflows{0};
};

// The time as families count it.
struct FamilyTime {
  std::uint32_t unixSeconds = 0;
  std::uint32_t ticks = 0;  // tenths of a second since the registry began
};
constexpr std::chrono::milliseconds kFamilyTick{100};
// A span of ticks has 31 bits.
constexpr std::chrono::hours kLongestExpiry{50'000};

// What all families of a registry share.
struct FamilyCommons {
  std::function<FamilyTime()> clock;
  SeriesBudget budget;
  // Grows whenever series were taken out of a family, or could be if nobody held them: whoever
  // remembers handles by their labels looks them up again.
  std::atomic<std::uint64_t> departures{0};
};

// A family of the registry, whatever its type. Thread-safe.
class AnyFamily {
 public:
  AnyFamily(std::string name, std::string help, MetricType type, LabelSchema schema,
            FamilyOptions options, std::shared_ptr<FamilyCommons> commons);
  virtual ~AnyFamily() = default;
  AnyFamily(const AnyFamily&) = delete;
  AnyFamily& operator=(const AnyFamily&) = delete;

  // Hands all series that were there before the call to the sink, and lets the idle ones expire.
  virtual void give(Sink& out) = 0;
  virtual void removeAll() = 0;
  virtual std::size_t size() const = 0;

  const std::string& name() const { return name_; }
  const std::string& help() const { return help_; }
  MetricType type() const { return type_; }
  const LabelSchema& schema() const { return schema_; }
  const FamilyOptions& options() const { return options_; }
  const std::shared_ptr<FamilyTally>& tally() const { return tally_; }

 protected:
  FamilyTime now() const { return commons_->clock(); }
  void noteDepartures() { commons_->departures.fetch_add(1, std::memory_order_release); }
  // 0 if series do not expire.
  std::uint32_t expiryTicks() const { return expiryTicks_; }
  bool isLimited() const { return options_.maxSeries != 0; }
  SeriesBudget& budget() { return commons_->budget; }

 private:
  const std::string name_;
  const std::string help_;
  const MetricType type_;
  const LabelSchema schema_;
  const FamilyOptions options_;
  const std::uint32_t expiryTicks_;
  const std::shared_ptr<FamilyCommons> commons_;
  const std::shared_ptr<FamilyTally> tally_ = std::make_shared<FamilyTally>();
};

template <typename Cell>
class RecordedFamily final : public AnyFamily {
 public:
  RecordedFamily(std::string name, std::string help, LabelSchema schema, FamilyOptions options,
                 std::shared_ptr<FamilyCommons> commons, typename Cell::Settings settings)
      : AnyFamily(std::move(name), std::move(help), Cell::kType, std::move(schema),
                  std::move(options), std::move(commons)),
        settings_(std::move(settings)) {}
  ~RecordedFamily() override { removeAll(); }

  const typename Cell::Settings& settings() const { return settings_; }

  // The series with these label values, made where it is not there yet.
  SeriesReference<Cell> find(std::span<const std::string_view> values);
  // False if there is no such series.
  bool remove(std::span<const std::string_view> values);

  void give(Sink& out) override;
  void removeAll() override;
  std::size_t size() const override {
    const std::lock_guard lock(mutex_);
    return index_.size();
  }

 private:
  // So many series are given under one lock: about 50 microseconds.
  static constexpr std::size_t kBlock = 1024;
  static constexpr std::size_t kPrefetched = 8;

  // All below with the mutex held.
  std::uint32_t locate(std::string_view labelText, std::uint32_t hash) const;
  // False if the family has no room for another series; otherwise its place in the budget is taken.
  bool takeRoom(std::size_t labelBytes);
  SeriesReference<Cell> make(std::string_view labelText, std::uint32_t hash);
  SeriesReference<Cell> overflow();
  bool giveBlock(FamilySink& sink, std::size_t block, std::uint32_t generation, FamilyTime time);
  // False if the series at `slot` is not to be shown any more.
  bool age(std::uint32_t slot, std::uint32_t ticks);
  bool mayExpire(const Cell& cell) const;
  void takeOut(std::uint32_t slot);
  void makeRoom();

  const typename Cell::Settings settings_;
  mutable std::mutex mutex_;
  SeriesIndex index_;
  std::vector<Series<Cell>*> slots_;  // null where free
  std::vector<std::uint32_t> free_;
  std::uint32_t generation_ = 0;  // collections so far
  bool departed_ = false;         // a series has expired, and nobody was told yet
};

template <typename Cell>
SeriesReference<Cell> RecordedFamily<Cell>::find(std::span<const std::string_view> values) {
  TextBuffer text;
  schema().appendText(text, values);
  const std::lock_guard lock(mutex_);
  const std::uint32_t hash = index_.hash(text.view());
  const std::uint32_t slot = locate(text.view(), hash);
  if (slot != SeriesIndex::kNone) {
    slots_[slot]->hold();
    return SeriesReference<Cell>(slots_[slot]);
  }
  if (isLimited() && !takeRoom(text.size())) return overflow();
  return make(text.view(), hash);
}

template <typename Cell>
bool RecordedFamily<Cell>::takeRoom(std::size_t labelBytes) {
  return index_.size() < options().maxSeries && budget().take(labelBytes);
}

template <typename Cell>
std::uint32_t RecordedFamily<Cell>::locate(std::string_view labelText, std::uint32_t hash) const {
  return index_.find(hash,
                     [&](std::uint32_t slot) { return slots_[slot]->labelText() == labelText; });
}

template <typename Cell>
SeriesReference<Cell> RecordedFamily<Cell>::make(std::string_view labelText, std::uint32_t hash) {
  const FamilyTime time = now();
  if (index_.isFull() && expiryTicks() != 0) makeRoom();
  if (free_.empty()) {
    slots_.push_back(nullptr);
    free_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
  }
  SeriesReference<Cell> series(
      Series<Cell>::make(labelText, time.unixSeconds, generation_, settings_));
  series->lastUsed = time.ticks;
  index_.insert(hash, free_.back());
  slots_[free_.back()] = series.get();
  free_.pop_back();
  series->hold();  // the family's own
  return series;
}

template <typename Cell>
SeriesReference<Cell> RecordedFamily<Cell>::overflow() {
  tally()->overflows.fetch_add(1, std::memory_order_relaxed);
  const std::vector<std::string_view> values(schema().names().size(), "overflow");
  TextBuffer text;
  schema().appendText(text, values);
  const std::uint32_t hash = index_.hash(text.view());
  const std::uint32_t slot = locate(text.view(), hash);
  if (slot == SeriesIndex::kNone) {
    budget().takeAnyway(text.size());
    return make(text.view(), hash);
  }
  slots_[slot]->hold();
  return SeriesReference<Cell>(slots_[slot]);
}

template <typename Cell>
bool RecordedFamily<Cell>::remove(std::span<const std::string_view> values) {
  TextBuffer text;
  schema().appendText(text, values);
  const std::lock_guard lock(mutex_);
  const std::uint32_t slot = locate(text.view(), index_.hash(text.view()));
  if (slot == SeriesIndex::kNone) return false;
  takeOut(slot);
  noteDepartures();
  return true;
}

template <typename Cell>
void RecordedFamily<Cell>::takeOut(std::uint32_t slot) {
  Series<Cell>* series = slots_[slot];
  index_.erase(index_.hash(series->labelText()), slot);
  if (isLimited()) budget().giveBack(series->labelText().size());
  free_.push_back(slot);
  slots_[slot] = nullptr;
  series->markRemoved();
  series->release();
}

template <typename Cell>
void RecordedFamily<Cell>::removeAll() {
  const std::lock_guard lock(mutex_);
  if (index_.size() == 0) return;
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot] != nullptr) takeOut(slot);
  }
  noteDepartures();
}

template <typename Cell>
void RecordedFamily<Cell>::give(Sink& out) {
  FamilySink& sink = out.uniqueFamily({name(), help(), type(), options().unit});
  const FamilyTime time = now();
  std::uint32_t generation = 0;
  {
    const std::lock_guard lock(mutex_);
    generation = ++generation_;
  }
  // Block by block, so that a new series never waits for the whole family.
  for (std::size_t block = 0;; block += kBlock) {
    const std::lock_guard lock(mutex_);
    if (!giveBlock(sink, block, generation, time)) return;
  }
}

template <typename Cell>
bool RecordedFamily<Cell>::giveBlock(FamilySink& sink, std::size_t block, std::uint32_t generation,
                                     FamilyTime time) {
  const std::size_t end = std::min(block + kBlock, slots_.size());
  for (std::size_t slot = block; slot < end; ++slot) {
    if (slot + kPrefetched < end) {
      // Two lines: the cell, and the end of most label texts. An address, for there may be no cell.
      const auto ahead = reinterpret_cast<std::uintptr_t>(slots_[slot + kPrefetched]);
      __builtin_prefetch(reinterpret_cast<const void*>(ahead));
      __builtin_prefetch(reinterpret_cast<const void*>(ahead + 64));
    }
    Series<Cell>* series = slots_[slot];
    if (series == nullptr) continue;
    if (expiryTicks() != 0 && !age(static_cast<std::uint32_t>(slot), time.ticks)) continue;
    // One that was removed and made again between two blocks would come twice.
    if (series->born() >= generation) continue;
    series->cell.give(sink, series->labelText(), series->created());
  }
  if (std::exchange(departed_, false)) noteDepartures();
  return end < slots_.size();
}

template <typename Cell>
bool RecordedFamily<Cell>::age(std::uint32_t slot, std::uint32_t ticks) {
  Series<Cell>* series = slots_[slot];
  if (series->change(Use::kUsed, Use::kIdle)) {
    series->lastUsed = ticks;
    return true;
  }
  // Asked before the state: a handle that is given up now may just have recorded.
  const bool unheld = series->heldOnce();
  const Use use = series->use();
  // Signed: another collection may have looked at a later time already.
  const auto idle = static_cast<std::int32_t>(ticks - series->lastUsed);
  if (use == Use::kUsed || idle < static_cast<std::int32_t>(expiryTicks())) return true;
  if (!mayExpire(series->cell)) return true;
  if (unheld) {
    takeOut(slot);
    departed_ = true;
    return false;
  }
  if (use != Use::kIdle) return false;
  if (!series->change(Use::kIdle, Use::kHidden)) return true;
  departed_ = true;  // those who only remember it let go of it, and the next look takes it out
  return false;
}

template <typename Cell>
bool RecordedFamily<Cell>::mayExpire(const Cell& cell) const {
  if constexpr (requires { cell.isZero(); }) {
    return !options().expireAtZeroOnly || cell.isZero();
  }
  return true;
}

template <typename Cell>
void RecordedFamily<Cell>::makeRoom() {
  const std::uint32_t ticks = now().ticks;
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot] != nullptr) age(slot, ticks);
  }
  if (std::exchange(departed_, false)) noteDepartures();
}

}  // namespace orchestrator_exporter
