#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <utility>

namespace orchestrator_exporter::history {

// A run of bytes that grows by little, because there is one for each series: by a quarter, to sizes
// that the allocator has.
class ByteRun {
 public:
  ByteRun() = default;
  ByteRun(ByteRun&& other) noexcept { swap(other); }
  ByteRun& operator=(ByteRun&& other) noexcept {
    swap(other);
    return *this;
  }
  ~ByteRun() { std::free(data_); }

  void append(std::span<const std::uint8_t> bytes) {
    if (capacity_ - size_ < bytes.size()) grow(size_ + bytes.size());
    std::memcpy(data_ + size_, bytes.data(), bytes.size());
    size_ += static_cast<std::uint32_t>(bytes.size());
  }
  // Keeps the memory.
  void clear() { size_ = 0; }

  std::span<const std::uint8_t> view() const { return {data_, size_}; }
  std::size_t capacity() const { return capacity_; }

 private:
  void swap(ByteRun& other) {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  void grow(std::size_t needed) {
    constexpr std::size_t kGrain = 16;
    constexpr std::size_t kOfAllocator = 8;
    const std::size_t wanted = needed + needed / 4;
    const std::size_t rounded =
        (wanted + kOfAllocator + kGrain - 1) / kGrain * kGrain - kOfAllocator;
    void* grown = std::realloc(data_, rounded);
    if (grown == nullptr) throw std::bad_alloc();
    data_ = static_cast<std::uint8_t*>(grown);
    capacity_ = static_cast<std::uint32_t>(rounded);
  }

  std::uint8_t* data_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace orchestrator_exporter::history
