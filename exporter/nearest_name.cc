#include "exporter/nearest_name.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace orchestrator_exporter {

namespace {

// How many slips lead from one word to the other: their optimal string alignment distance.
std::size_t slips(std::string_view from, std::string_view to) {
  std::vector<std::size_t> beforeLast(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::vector<std::size_t> current(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t changed = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      current[j] = std::min({changed, last[j] + 1, current[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) current[j] = std::min(current[j], beforeLast[j - 2] + 1);
    }
    beforeLast.swap(last);
    last.swap(current);
  }
  return last[to.size()];
}

}  // namespace

std::string_view nearestName(std::string_view written, std::span<const std::string> names) {
  constexpr std::size_t kMostSlips = 2;
  std::string_view nearest;
  std::size_t fewest = kMostSlips + 1;
  std::string_view longer;
  for (const std::string& name : names) {
    const std::size_t count = slips(written, name);
    if (count < fewest) {
      fewest = count;
      nearest = name;
    }
    if (name.starts_with(written) && (longer.empty() || name.size() < longer.size())) longer = name;
  }
  return fewest > 1 && !longer.empty() ? longer : nearest;
}

}  // namespace orchestrator_exporter
