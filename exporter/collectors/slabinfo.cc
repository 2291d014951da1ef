#include <array>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
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

struct Slab {
  std::string_view name;
  std::array<std::int64_t, std::size(kColumns)> values;
};

// `name 1 2 3 4 5 : tunables …`. Names of old kernels may hold blanks, so the columns are counted
// from the colon; what stands behind it is not given and depends on how the kernel was built.
Slab slabOf(const Row& row) {
  std::size_t colon = 0;
  while (row.find(colon) && row.word(colon) != ":") ++colon;
  if (colon <= std::size(kColumns)) throw row.error("a name, five columns and a colon", row.text());
  const std::size_t first = colon - std::size(kColumns);
  const std::string_view begin = row.word(0);
  const std::string_view end = row.word(first - 1);
  Slab slab{{begin.data(), static_cast<std::size_t>(end.data() + end.size() - begin.data())}, {}};
  for (std::size_t i = 0; i < slab.values.size(); ++i) slab.values[i] = row.integer(first + i);
  return slab;
}

bool isHeader(std::string_view line) {
  return line.starts_with("slabinfo -") || line.starts_with('#');
}

class Slabinfo final : public Collector {
 public:
  explicit Slabinfo(const Flags& flags)
      : names_(NameFilter::fromFlags(flags, kIncludeFlag, kExcludeFlag)) {}

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    std::vector<Slab> slabs;
    for (const Row& row : kernel.require("proc/slabinfo").rows()) {
      if (row.empty() || isHeader(row.text())) continue;
      complaints_.attempt([&] { slabs.push_back(slabOf(row)); });
    }
    complaints_.failIfNothingWasRead();
    std::erase_if(slabs, [&](const Slab& slab) { return !names_.takes(slab.name); });
    for (std::size_t i = 0; i < std::size(kColumns); ++i) {
      const auto family = out.gauge(kColumns[i].family, kColumns[i].help);
      for (const Slab& slab : slabs) {
        family.add(static_cast<double>(slab.values[i]), {{"slab", slab.name}});
      }
    }
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  NameFilter names_;
  Complaints complaints_;
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
