#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

namespace orchestrator_exporter {

// A series that is pushed to: its cell, and behind it in one allocation the text of its labels.
template <typename Cell>
class PushedSeries {
 public:
  struct Deleter {
    void operator()(PushedSeries* series) const {
      series->~PushedSeries();
      ::operator delete(series);
    }
  };
  using Owner = std::unique_ptr<PushedSeries, Deleter>;

  static Owner make(std::string_view labelText, std::uint32_t created) {
    void* memory = ::operator new(sizeof(PushedSeries) + labelText.size());
    auto* series = new (memory) PushedSeries(created, static_cast<std::uint32_t>(labelText.size()));
    if (!labelText.empty()) std::memcpy(series->text(), labelText.data(), labelText.size());
    return Owner(series);
  }
  PushedSeries(const PushedSeries&) = delete;
  PushedSeries& operator=(const PushedSeries&) = delete;

  std::string_view labelText() const {
    return {reinterpret_cast<const char*>(this + 1), textSize_};
  }
  std::uint32_t created() const { return created_; }

  Cell cell;
  std::uint32_t lastSeen = 0;  // coarse seconds

 private:
  PushedSeries(std::uint32_t created, std::uint32_t textSize) noexcept
      : created_(created), textSize_(textSize) {}
  ~PushedSeries() = default;

  char* text() { return reinterpret_cast<char*>(this + 1); }

  const std::uint32_t created_;  // Unix seconds
  const std::uint32_t textSize_;
};

}  // namespace orchestrator_exporter
