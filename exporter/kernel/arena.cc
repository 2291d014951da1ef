#include "exporter/kernel/arena.h"

#include <algorithm>
#include <cstring>

namespace orchestrator_exporter {

char* Arena::allocate(std::size_t bytes) {
  if (blocks_.empty() || blocks_.back().size - used_ < bytes) {
    const std::size_t size = std::max(bytes, kBlockBytes);
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
    used_ = 0;
  }
  char* const piece = blocks_.back().memory.get() + used_;
  used_ += bytes;
  return piece;
}

void Arena::shrinkLast(char* piece, std::size_t bytes) {
  used_ = static_cast<std::size_t>(piece - blocks_.back().memory.get()) + bytes;
}

std::string_view Arena::store(std::string_view text) {
  if (text.empty()) return {};
  char* const copy = allocate(text.size());
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

void Arena::reset() {
  used_ = 0;
  if (blocks_.size() < 2) {
    if (!blocks_.empty() && blocks_.back().size > kKeptBytes) blocks_.clear();
    return;
  }
  const auto largestKept =
      std::max_element(blocks_.begin(), blocks_.end(), [](const Block& a, const Block& b) {
        return (a.size > kKeptBytes ? 0 : a.size) < (b.size > kKeptBytes ? 0 : b.size);
      });
  Block kept = std::move(*largestKept);
  blocks_.clear();
  if (kept.size <= kKeptBytes) blocks_.push_back(std::move(kept));
}

}  // namespace orchestrator_exporter
