#include <array>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/pattern.h"

namespace orchestrator_exporter {

namespace {

constexpr const char* kIncludeFlag = "collector.slabinfo.slabs-include";
constexpr const char* kExcludeFlag = "collector.slabinfo.slabs-exclude";

struct Column {
  std::string_view family;
  std::string_view help;
};

// The columns after the name, see slabinfo(5).
constexpr Column kColumns[] = {
    {"node_slabinfo_active_objects", "Objects of the slab cache in use."},
    {"node_slabinfo_objects", "Objects of the slab cache."},
    {"node_slabinfo_object_size_bytes", "Size of an object of the slab cache."},
    {"node_slabinfo_objects_per_slab", "Objects that a slab holds."},
    {"node_slabinfo_pages_per_slab", "Pages that a slab takes."},
};
// Behind them come `: tunables`, three numbers, `: slabdata` and three numbers.
constexpr std::size_t kWords = 16;
constexpr std::size_t kFurtherNumbers[] = {8, 9, 10, 13, 14, 15};

struct Slab {
  std::string_view name;
  std::array<std::int64_t, std::size(kColumns)> values;
};

Slab slabOf(const Row& row) {
  if (row.size() != kWords) throw row.error("a name and 15 columns", row.text());
  Slab slab{row.word(0), {}};
  for (std::size_t i = 0; i < slab.values.size(); ++i) slab.values[i] = row.integer(i + 1);
  for (const std::size_t i : kFurtherNumbers) row.integer(i);
  return slab;
}

bool isHeader(std::string_view line) {
  return line.find("slabinfo -") != std::string_view::npos ||
         line.find("# name") != std::string_view::npos;
}

class Slabinfo final : public Collector {
 public:
  explicit Slabinfo(const Flags& flags)
      : names_(NameFilter::fromFlags(flags, kIncludeFlag, kExcludeFlag)) {}

  void collect(Kernel& kernel, Sink& out) override {
    std::vector<Slab> slabs;
    for (const Row& row : kernel.require("proc/slabinfo").rows()) {
      if (!isHeader(row.text())) slabs.push_back(slabOf(row));
    }
    std::erase_if(slabs, [&](const Slab& slab) { return !names_.takes(slab.name); });
    for (std::size_t i = 0; i < std::size(kColumns); ++i) {
      const auto family = out.gauge(kColumns[i].family, kColumns[i].help);
      for (const Slab& slab : slabs) {
        family.add(static_cast<double>(slab.values[i]), {{"slab", slab.name}});
      }
    }
  }

 private:
  NameFilter names_;
};

const RegisterCollector<Slabinfo> slabinfo{
    {.name = "slabinfo",
     .onByDefault = kOffByDefault,
     .flags = {patternFlag(kIncludeFlag, ".*", "Expression for the slab caches to report."),
               patternFlag(kExcludeFlag, "", "Expression for the slab caches to leave out.")},
     .reads = "proc/slabinfo",
     .needs = "root"}};

}  // namespace

}  // namespace orchestrator_exporter
