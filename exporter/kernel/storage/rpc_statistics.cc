#include "exporter/kernel/storage/rpc_statistics.h"

#include <algorithm>

namespace orchestrator_exporter {

RpcStatistics::RpcStatistics(const KernelFile& file, std::initializer_list<RpcRow> rules) {
  for (const Row& row : file.rows()) {
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const RpcRow& candidate) {
      return candidate.key == row.find(0);
    });
    if (rule == rules.end()) continue;
    Numbers& numbers = rows_.emplace_back(Numbers{.key = rule->key});
    try {
      add(row, *rule, numbers);
    } catch (const ParseError& error) {
      numbers.refused = true;
      refusals_.push_back(error);
    }
  }
  if (rows_.empty()) throw ParseError(file.path, 1, "a row of RPC statistics", file.text);
}

void RpcStatistics::add(const Row& row, const RpcRow& rule, Numbers& numbers) {
  const std::size_t leading = rule.counted ? 2 : 1;  // words before the first number
  const std::size_t size = row.size() - std::min(leading, row.size());
  if (size < rule.fewest || (rule.counted && row.unsignedInteger(1) != size)) {
    throw row.error("another number of values", row.text());
  }
  numbers.begin = numbers_.size();
  numbers.size = std::min(size, rule.read);
  for (std::size_t i = 0; i < numbers.size; ++i) {
    numbers_.push_back(row.unsignedInteger(leading + i));
  }
}

std::optional<double> RpcStatistics::value(std::string_view key, std::size_t index) const {
  for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) {
    if (row->key != key) continue;
    if (row->refused) return std::nullopt;
    return index < row->size ? static_cast<double>(numbers_[row->begin + index]) : 0;
  }
  return 0;
}

}  // namespace orchestrator_exporter
