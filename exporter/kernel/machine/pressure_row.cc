#include "exporter/kernel/machine/pressure_row.h"

namespace orchestrator_exporter {

std::uint64_t pressureTotal(const Row& row) {
  constexpr std::string_view kTotal = "total=";
  const std::string_view word = row.word(4);
  if (word.starts_with(kTotal)) {
    if (const auto total = parseUnsigned(word.substr(kTotal.size()))) return *total;
  }
  throw row.error("total= and microseconds", word);
}

}  // namespace orchestrator_exporter
