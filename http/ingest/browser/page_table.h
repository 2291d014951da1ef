#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace orchestrator_exporter::http::browser {

// The pages that have a name of their own in labels: the first so many. One that nobody visited for
// as long as its series last makes room for another. Not thread-safe.
class PageTable {
 public:
  // `expiry`: seconds; 0: a page stays for good.
  PageTable(std::size_t most, std::uint32_t expiry) : most_(most), expiry_(expiry) {}

  // The page, or "other" if there is no room for it. `now`: seconds of a monotonic clock.
  std::string_view nameOf(const std::string& page, std::uint32_t now);

 private:
  bool makeRoom(std::uint32_t now);

  const std::size_t most_;
  const std::uint32_t expiry_;
  std::uint32_t lookedAt_ = 0;
  std::unordered_map<std::string, std::uint32_t> lastVisits_;
};

}  // namespace orchestrator_exporter::http::browser
