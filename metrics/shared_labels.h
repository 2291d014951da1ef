#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>
#include <utility>

namespace orchestrator_exporter {

// The labels of a series in the text format, and since when it is there: made once, and held by all
// who need them, so that a reading takes no copy and may outlive the series. What they say never
// changes. A holder is for one thread at a time; holders of the same labels are for any threads.
class SharedLabels {
 public:
  // None: what is asked for below must not be.
  SharedLabels() = default;
  // `text` as FamilySink::preparedSample() takes it, `created` in Unix seconds.
  SharedLabels(std::string_view text, std::uint32_t created);
  SharedLabels(const SharedLabels& other) noexcept : block_(other.block_) {
    if (block_ != nullptr) block_->holders.fetch_add(1, std::memory_order_relaxed);
  }
  SharedLabels(SharedLabels&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  SharedLabels& operator=(SharedLabels other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~SharedLabels() {
    if (block_ != nullptr) letGo();
  }

  explicit operator bool() const { return block_ != nullptr; }
  std::string_view text() const {
    return {reinterpret_cast<const char*>(block_ + 1), block_->textSize};
  }
  double created() const { return block_->created; }

 private:
  // The text stands behind it, in one allocation.
  struct Block {
    std::atomic<std::uint32_t> holders;
    std::uint32_t created;
    std::uint32_t textSize;
  };

  void letGo() noexcept;

  Block* block_ = nullptr;
};

}  // namespace orchestrator_exporter
