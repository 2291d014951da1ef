#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// What a row of proc/net/rpc/nfs or nfsd must look like: a key and whole numbers.
struct RpcRow {
  std::string_view key;
  std::size_t fewest;  // numbers; with `counted`, without the count
  std::size_t most = SIZE_MAX;
  bool counted = false;  // the first number tells how many follow
  // Numbers to read; those behind them are of another kind and do not matter.
  std::size_t read = SIZE_MAX;
};

// The numbers of proc/net/rpc/nfs or nfsd by key. A key that comes twice counts as it came last.
class RpcStatistics {
 public:
  // Throws ParseError for a key without a rule and for numbers that break theirs. Views into the
  // file's text.
  RpcStatistics(const KernelFile& file, std::initializer_list<RpcRow> rules);

  // The number at this place, the count left out; 0 where there is no such row or it is shorter.
  double value(std::string_view key, std::size_t index) const;

 private:
  struct Numbers {
    std::string_view key;
    std::size_t begin;
    std::size_t size;
  };

  void add(const Row& row, const RpcRow& rule);

  std::vector<Numbers> rows_;
  std::vector<std::uint64_t> numbers_;
};

}  // namespace orchestrator_exporter
