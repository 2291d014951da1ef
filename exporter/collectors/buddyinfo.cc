#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"

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

Zone zoneOf(const Row& row) {
  Zone zone{withoutComma(row.word(1)), withoutComma(row.word(3)), {}};
  for (std::size_t i = kFirstBlocks; i < row.size(); ++i) zone.blocks.push_back(row.number(i));
  return zone;
}

class Buddyinfo final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    std::vector<Zone> zones;
    for (const Row& row : kernel.require("proc/buddyinfo").rows()) {
      zones.push_back(zoneOf(row));
      if (zones.back().blocks.size() != zones.front().blocks.size()) {
        throw row.error("as many columns as in the first row", row.text());
      }
    }

    const auto blocks = out.gauge("node_buddyinfo_blocks",
                                  "Free blocks of 2^size pages in a zone of a memory node.");
    for (const Zone& zone : zones) {
      for (std::size_t size = 0; size < zone.blocks.size(); ++size) {
        blocks.add(zone.blocks[size],
                   {{"node", zone.node}, {"zone", zone.name}, {"size", std::to_string(size)}});
      }
    }
  }
};

const RegisterCollector<Buddyinfo> buddyinfo{
    {.name = "buddyinfo", .onByDefault = kOffByDefault, .reads = "proc/buddyinfo"}};

}  // namespace

}  // namespace orchestrator_exporter
