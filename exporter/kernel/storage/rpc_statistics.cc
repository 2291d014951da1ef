#include "exporter/kernel/storage/rpc_statistics.h"

#include <algorithm>

namespace orchestrator_exporter {

RpcStatistics::RpcStatistics(const KernelFile& file, std::initializer_list<RpcRow> rules) {
  for (const Row& row : file.rows()) {
    if (row.size() < 2) throw row.error("a key and numbers", row.text());
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const RpcRow& candidate) {
      return candidate.key == row.word(0);
    });
    if (rule == rules.end()) throw row.error("a known key", row.word(0));
    add(row, *rule);
  }
}

void RpcStatistics::add(const Row& row, const RpcRow& rule) {
  const std::size_t leading = rule.counted ? 2 : 1;  // words before the first number
  const std::size_t size = row.size() - leading;
  const auto refuse = [&] { throw row.error("another number of values", row.text()); };
  if (size < rule.fewest || size > rule.most) refuse();
  if (rule.counted && row.unsignedInteger(1) != size) refuse();
  const std::size_t read = std::min(size, rule.read);
  rows_.push_back({row.word(0), numbers_.size(), read});
  for (std::size_t i = 0; i < read; ++i) numbers_.push_back(row.unsignedInteger(leading + i));
}

double RpcStatistics::value(std::string_view key, std::size_t index) const {
  for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) {
    if (row->key != key) continue;
    return index < row->size ? static_cast<double>(numbers_[row->begin + index]) : 0;
  }
  return 0;
}

}  // namespace orchestrator_exporter
