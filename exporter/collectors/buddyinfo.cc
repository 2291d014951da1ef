#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"

namespace orchestrator_exporter {

namespace {

// `Node 0, zone   DMA32   759   572 …`: the free blocks of 1, 2, 4 … pages.
struct Zone {
  std::string_view node;
  std::string_view name;
  std::vector<double> blocks;
};

constexpr std::size_t kFirstBlocks = 4;

std::string_view withoutComma(std::string_view word) {
  if (word.ends_with(',')) word.remove_suffix(1);
  return word;
}

bool isZone(const Row& row) { return row.find(0) == "Node" && row.find(2) == "zone"; }

Zone zoneOf(const Row& row) {
  Zone zone{withoutComma(row.word(1)), withoutComma(row.word(3)), {}};
  for (std::size_t i = kFirstBlocks; i < row.size(); ++i) zone.blocks.push_back(row.number(i));
  return zone;
}

class Buddyinfo final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    // All zones have as many sizes: a row with fewer is cut off.
    const KernelFile file = kernel.require("proc/buddyinfo");
    std::size_t columns = 0;
    for (const Row& row : file.rows()) {
      if (isZone(row)) columns = std::max(columns, row.size());
    }
    const auto blocks = out.gauge("node_buddyinfo_blocks",
                                  "Free blocks of 2^size pages in a zone of a memory node.");
    for (const Row& row : file.rows()) {
      if (!isZone(row)) continue;
      complaints_.attempt([&] {
        if (row.size() < columns) throw row.error("as many columns as in the others", row.text());
        give(zoneOf(row), blocks);
      });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  static void give(const Zone& zone, const ScalarFamily& blocks) {
    for (std::size_t size = 0; size < zone.blocks.size(); ++size) {
      blocks.add(zone.blocks[size],
                 {{"node", zone.node}, {"zone", zone.name}, {"size", std::to_string(size)}});
    }
  }

  Complaints complaints_;
};

const RegisterCollector<Buddyinfo> buddyinfo{
    {.name = "buddyinfo", .onByDefault = kOffByDefault, .reads = "proc/buddyinfo"}};

}  // namespace

}  // namespace orchestrator_exporter
