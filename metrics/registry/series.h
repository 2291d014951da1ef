#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace orchestrator_exporter {

// Whether a series is shown, and what becomes of it at the next look. Only families that let their
// series expire ever leave kUsed for kIdle.
enum class Use : std::uint8_t {
  kUsed,     // recorded to since the last look
  kIdle,     // not since
  kHidden,   // expired while handles to it live: not shown until it is recorded to again
  kRemoved,  // taken out of its family: recording to it goes nowhere
};

// One series: the cell that counts, what the registry remembers of it, and right behind it in the
// same allocation the text of its labels, so that a scrape touches one place in memory for each.
//
// It is owned by counted references: one of the family, one of each handle. So a handle may be used
// at any time and from any thread, whatever became of the series, the family or the registry.
template <typename Cell>
class Series {
 public:
  Series(const Series&) = delete;
  Series& operator=(const Series&) = delete;

  // With one reference, the caller's. `born` is the family's count of collections so far, `created`
  // Unix seconds.
  template <typename Settings>
  static Series* make(std::string_view labelText, std::uint32_t created, std::uint32_t born,
                      const Settings& settings) {
    void* memory = ::operator new(sizeof(Series) + labelText.size());
    Series* series = nullptr;
    struct FreeUnlessMade {
      void* memory;
      Series*& series;
      ~FreeUnlessMade() {
        if (series == nullptr) ::operator delete(memory);
      }
    } guard{memory, series};
    series =
        new (memory) Series(created, born, static_cast<std::uint32_t>(labelText.size()), settings);
    if (!labelText.empty()) std::memcpy(series->text(), labelText.data(), labelText.size());
    return series;
  }

  void hold() { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    this->~Series();
    ::operator delete(this);
  }
  bool heldOnce() const { return references_.load(std::memory_order_acquire) == 1; }

  // Notes that the cell was recorded to; called after, so that an expiry in between is undone.
  void touch() {
    if (use_.load(std::memory_order_relaxed) != Use::kUsed) [[unlikely]]
      wake();
  }
  Use use() const { return use_.load(std::memory_order_relaxed); }
  // False if it is in another state meanwhile.
  bool change(Use from, Use to) { return use_.compare_exchange_strong(from, to); }
  void markRemoved() { use_.store(Use::kRemoved); }

  std::string_view labelText() const {
    return {reinterpret_cast<const char*>(this + 1), textSize_};
  }
  std::uint32_t created() const { return created_; }
  std::uint32_t born() const { return born_; }

  Cell cell;
  std::uint32_t lastUsed = 0;  // the family's, in its own ticks

 private:
  template <typename Settings>
  Series(std::uint32_t created, std::uint32_t born, std::uint32_t textSize,
         const Settings& settings)
      : cell(settings), created_(created), born_(born), textSize_(textSize) {}
  ~Series() = default;

  char* text() { return reinterpret_cast<char*>(this + 1); }
  void wake() {
    if (!change(Use::kIdle, Use::kUsed)) change(Use::kHidden, Use::kUsed);
  }

  std::uint32_t created_;
  std::uint32_t born_;
  std::uint32_t textSize_;
  std::atomic<std::uint32_t> references_{1};
  std::atomic<Use> use_{Use::kUsed};
};

// A counted reference to a series.
template <typename Cell>
class SeriesReference {
 public:
  // Takes over one reference that is already counted.
  explicit SeriesReference(Series<Cell>* counted) : series_(counted) {}
  SeriesReference(const SeriesReference& other) : series_(other.series_) {
    if (series_ != nullptr) series_->hold();
  }
  SeriesReference(SeriesReference&& other) noexcept
      : series_(std::exchange(other.series_, nullptr)) {}
  SeriesReference& operator=(SeriesReference other) noexcept {
    std::swap(series_, other.series_);
    return *this;
  }
  ~SeriesReference() {
    if (series_ != nullptr) series_->release();
  }

  Series<Cell>* get() const { return series_; }
  Series<Cell>* operator->() const { return series_; }

 private:
  Series<Cell>* series_;
};

}  // namespace orchestrator_exporter
