#pragma once

#include <atomic>
#include <compare>
#include <cstddef>
#include <utility>

namespace orchestrator_exporter {

// A value that copies share until one of them changes its own: a copy is as cheap as a pointer.
// Several threads may each use, change and destroy a copy of their own; one copy is as safe as the
// value itself.
template <typename T>
class CopyOnWrite {
 public:
  // A value made without arguments; takes no memory.
  CopyOnWrite() = default;
  explicit CopyOnWrite(T value) : held_(new Held{std::move(value)}) {}
  CopyOnWrite(const CopyOnWrite& other) : held_(other.held_) {
    if (held_ != nullptr) held_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  CopyOnWrite(CopyOnWrite&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
  CopyOnWrite& operator=(CopyOnWrite other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~CopyOnWrite() {
    if (held_ != nullptr && held_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      delete held_;
    }
  }

  const T& operator*() const { return held_ == nullptr ? none() : held_->value; }
  const T* operator->() const { return &**this; }

  // The value, to be changed: from now on no other copy has it.
  T& own() {
    if (held_ == nullptr) {
      held_ = new Held{};
    } else if (held_->owners.load(std::memory_order_acquire) != 1) {
      *this = CopyOnWrite(T(held_->value));
    }
    return held_->value;
  }

  // Those of one place in memory need not be looked at.
  friend bool operator==(const CopyOnWrite& a, const CopyOnWrite& b) {
    return a.held_ == b.held_ || *a == *b;
  }
  friend auto operator<=>(const CopyOnWrite& a, const CopyOnWrite& b) {
    return a.held_ == b.held_ ? std::strong_ordering::equal : *a <=> *b;
  }

 private:
  struct Held {
    T value = {};
    std::atomic<std::size_t> owners = 1;
  };

  static const T& none() {
    static const T value{};
    return value;
  }

  Held* held_ = nullptr;
};

}  // namespace orchestrator_exporter
