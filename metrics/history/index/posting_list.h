#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "metrics/history/index/postings.h"

namespace orchestrator_exporter::history {

// Numbers of series, sorted, each once, kept small because there is a list for each value of each
// label: numbers that follow each other without a gap take eight bytes however many they are,
// others four each, and the first eight bytes are in the list itself. So a value that one series
// has costs no more than the list, and neither does one that all series have. Not thread-safe.
class PostingList {
 public:
  // Numbers are below this.
  static constexpr SeriesId kEnd = SeriesId{1} << 31;

  PostingList() = default;
  PostingList(PostingList&& other) noexcept { swap(other); }
  PostingList& operator=(PostingList&& other) noexcept {
    swap(other);
    return *this;
  }
  ~PostingList();

  // Greater than all before it.
  void append(SeriesId id);
  // Takes out those that are among `gone`, which is sorted, and says how many.
  std::size_t remove(std::span<const SeriesId> gone);
  // Appends up to `most` that are greater than `after` to others; false behind the last.
  bool appendTo(Postings& out, SeriesId after, std::size_t most) const;

  bool empty() const { return size_ == 0; }
  // How many numbers there are; takes as long as there are words.
  std::size_t count() const;
  // What it holds beyond itself.
  std::size_t heldBytes() const { return isInPlace() ? 0 : capacity_ * sizeof(SeriesId); }

 private:
  // A row of words: a number, or the first number of a run with this bit, which the last one
  // follows.
  static constexpr SeriesId kRun = kEnd;
  static constexpr std::uint32_t kInPlace = 2;

  static SeriesId numberOf(SeriesId word) { return word & ~kRun; }
  static bool beginsRun(SeriesId word) { return (word & kRun) != 0; }

  bool isInPlace() const { return capacity_ == kInPlace; }
  SeriesId* words() { return isInPlace() ? inPlace_ : elsewhere_; }
  std::span<const SeriesId> view() const { return {isInPlace() ? inPlace_ : elsewhere_, size_}; }
  void push(SeriesId word);
  void grow();
  void swap(PostingList& other) noexcept;

  union {
    SeriesId inPlace_[kInPlace] = {};
    SeriesId* elsewhere_;
  };
  std::uint32_t size_ = 0;  // words
  std::uint32_t capacity_ = kInPlace;
};

}  // namespace orchestrator_exporter::history
