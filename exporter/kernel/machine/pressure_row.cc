#include "exporter/kernel/machine/pressure_row.h"

namespace orchestrator_exporter {

std::uint64_t pressureTotal(const Row& row) {
  constexpr std::string_view kTotal = "total=";
  for (std::size_t i = 1; i < row.size(); ++i) {
    const std::string_view word = row.word(i);
    if (!word.starts_with(kTotal)) continue;
    if (const auto total = parseUnsigned(word.substr(kTotal.size()))) return *total;
    throw row.error("total= and microseconds", word);
  }
  throw row.error("total= and microseconds", row.empty() ? "" : row.word(row.size() - 1));
}

}  // namespace orchestrator_exporter
