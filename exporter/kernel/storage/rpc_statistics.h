#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// What a row of proc/net/rpc/nfs or nfsd must look like: a key and whole numbers. Kernels append
// numbers over time, so there may be more than a rule knows.
struct RpcRow {
  std::string_view key;
  std::size_t fewest;    // numbers; with `counted`, without the count
  bool counted = false;  // the first number tells how many follow
  // Numbers to read; those behind them are of another kind and do not matter.
  std::size_t read = SIZE_MAX;
};

// The numbers of proc/net/rpc/nfs or nfsd by key. Rows of other keys are passed over, and one that
// breaks its rule is refused. A key that comes twice counts as it came last.
class RpcStatistics {
 public:
  // Throws ParseError for a file that has no row with a rule. Views into the file's text.
  RpcStatistics(const KernelFile& file, std::initializer_list<RpcRow> rules);

  // The number at this place, the count left out. 0 for a row that this kernel does not have or has
  // shorter; nullopt if the row was refused.
  std::optional<double> value(std::string_view key, std::size_t index) const;

  // What was wrong with the rows that were refused.
  const std::vector<ParseError>& refusals() const { return refusals_; }

 private:
  struct Numbers {
    std::string_view key;
    bool refused = false;
    std::size_t begin = 0;
    std::size_t size = 0;
  };

  void add(const Row& row, const RpcRow& rule, Numbers& numbers);

  std::vector<Numbers> rows_;
  std::vector<std::uint64_t> numbers_;
  std::vector<ParseError> refusals_;
};

}  // namespace orchestrator_exporter
