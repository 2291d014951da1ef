#include "metrics/history/index/posting_list.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>

namespace orchestrator_exporter::history {

PostingList::~PostingList() {
  if (!isInPlace()) std::free(elsewhere_);
}

void PostingList::swap(PostingList& other) noexcept {
  std::swap(inPlace_, other.inPlace_);  // the whole union: a pointer is as long
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
}

void PostingList::append(SeriesId id) {
  SeriesId* const end = words() + size_;
  if (size_ >= 2 && end[-1] + 1 == id) {
    if (beginsRun(end[-2])) {
      end[-1] = id;
      return;
    }
    if (end[-2] + 2 == id) {
      end[-2] |= kRun;
      end[-1] = id;
      return;
    }
  }
  push(id);
}

void PostingList::push(SeriesId word) {
  if (size_ == capacity_) grow();
  words()[size_++] = word;
}

// By a quarter, to sizes that the allocator has: 16 bytes apart, of which it takes eight.
void PostingList::grow() {
  constexpr std::uint32_t kGrain = 4;
  constexpr std::uint32_t kOfAllocator = 2;
  const std::uint32_t wanted = size_ + 1 + size_ / 4;
  const std::uint32_t rounded =
      (wanted + kOfAllocator + kGrain - 1) / kGrain * kGrain - kOfAllocator;
  void* const grown = std::realloc(isInPlace() ? nullptr : elsewhere_, rounded * sizeof(SeriesId));
  if (grown == nullptr) throw std::bad_alloc();
  if (isInPlace()) std::memcpy(grown, inPlace_, sizeof inPlace_);
  elsewhere_ = static_cast<SeriesId*>(grown);
  capacity_ = rounded;
}

std::size_t PostingList::remove(std::span<const SeriesId> gone) {
  Postings all;
  appendTo(all, 0, std::numeric_limits<std::size_t>::max());
  PostingList left;
  std::size_t removed = 0;
  for (const SeriesId id : all) {
    if (std::ranges::binary_search(gone, id)) {
      ++removed;
    } else {
      left.append(id);
    }
  }
  if (removed > 0) *this = std::move(left);
  return removed;
}

std::size_t PostingList::count() const {
  const std::span<const SeriesId> words = view();
  std::size_t count = words.size();
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    // The two words of a run are counted already.
    if (beginsRun(words[i])) count += words[i + 1] - numberOf(words[i]) - 1;
  }
  return count;
}

bool PostingList::appendTo(Postings& out, SeriesId after, std::size_t most) const {
  const std::span<const SeriesId> words = view();
  auto at = std::ranges::upper_bound(words, after, {}, numberOf);
  const auto put = [&](SeriesId first, SeriesId last) {
    for (; first <= last && most > 0; ++first, --most) out.push_back(first);
    return first > last;
  };
  const bool isInRun = at != words.begin() && at != words.end() && beginsRun(at[-1]);
  if (isInRun && !put(after + 1, *at++)) return true;
  while (at != words.end()) {
    const SeriesId first = numberOf(*at);
    if (beginsRun(*at)) ++at;
    if (!put(first, *at++)) return true;
  }
  return false;
}

}  // namespace orchestrator_exporter::history
