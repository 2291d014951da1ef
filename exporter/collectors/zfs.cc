#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDirectory = "proc/spl/kstat/zfs";

// A file of named counters (kstats of the module spl) and what its families' names begin with.
struct StatisticsFile {
  std::string_view file;
  std::string_view family;
  std::string_view help;
};

constexpr std::array kFiles = {
    StatisticsFile{"abdstats", "node_zfs_abd_", "Buffers in scattered memory (abdstats)."},
    StatisticsFile{"arcstats", "node_zfs_arc_", "Adaptive replacement cache (arcstats)."},
    StatisticsFile{"dbufstats", "node_zfs_dbuf_", "Cache of decompressed blocks (dbufstats)."},
    StatisticsFile{"dmu_tx", "node_zfs_dmu_tx_", "Transactions of the data layer (dmu_tx)."},
    StatisticsFile{"dnodestats", "node_zfs_dnode_", "Objects of file systems (dnodestats)."},
    StatisticsFile{"fm", "node_zfs_fm_", "Fault management (fm)."},
    StatisticsFile{"vdev_cache_stats", "node_zfs_vdev_cache_",
                   "Read cache of devices (vdev_cache_stats)."},
    StatisticsFile{"vdev_mirror_stats", "node_zfs_vdev_mirror_",
                   "Choice between mirrored devices (vdev_mirror_stats)."},
    StatisticsFile{"xuio_stats", "node_zfs_xuio_", "Reads without a copy (xuio_stats)."},
    StatisticsFile{"zfetchstats", "node_zfs_zfetch_", "Reads in advance (zfetchstats)."},
    StatisticsFile{"zil", "node_zfs_zil_", "Intent log (zil)."},
};

constexpr std::array<std::string_view, 7> kStates = {"online",  "degraded", "faulted",  "offline",
                                                     "removed", "unavail",  "suspended"};

// Types of values in such a file.
constexpr std::string_view kSigned64 = "3";
constexpr std::string_view kUnsigned64 = "4";

bool isHeader(const Row& row) {
  return row.size() == 3 && row.word(0) == "name" && row.word(1) == "type" && row.word(2) == "data";
}

// Calls visit(row) for every row below the header that has a name, a type and a value.
template <typename Visit>
void forEachStatistic(const KernelFile& file, Visit visit) {
  bool started = false;
  for (const Row& row : file.rows()) {
    if (!started) {
      started = isHeader(row);
    } else if (row.size() >= 3) {
      visit(row);
    }
  }
  if (!started) throw ParseError(file.path, 0, "expected the header 'name type data'");
}

// The rest of a line from its third word on: names may contain spaces.
std::string_view restOf(const Row& row) {
  return row.text().substr(static_cast<std::size_t>(row.word(2).data() - row.text().data()));
}

bool isNameCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

class Zfs final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto entries = kernel.list(kDirectory);
    if (!entries) throw NoData{};
    for (const StatisticsFile& source : kFiles) {
      complaints_.attempt([&] {
        const auto file = kernel.read(kernel.path(kDirectory, "/", source.file));
        if (file) addStatistics(*file, source, out);
      });
    }
    for (const std::string_view pool : *entries) {
      complaints_.attempt([&] { addInputOutput(kernel, pool, out); });
      complaints_.attempt([&] { addDatasets(kernel, pool, out); });
      complaints_.attempt([&] { addState(kernel, pool, out); });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

  void addStatistics(const KernelFile& file, const StatisticsFile& source, Sink& out) {
    forEachStatistic(file, [&](const Row& row) {
      if (row.word(1) != kSigned64 && row.word(1) != kUnsigned64) return;
      complaints_.attempt([&] {
        const double value = row.word(1) == kSigned64 ? static_cast<double>(row.integer(2))
                                                      : static_cast<double>(row.unsignedInteger(2));
        out.untyped(family(source.family, row.word(0), row), source.help).add(value);
      });
    });
  }

  void addInputOutput(Kernel& kernel, std::string_view pool, Sink& out) {
    const auto file = kernel.read(kernel.path(kDirectory, "/", pool, "/io"));
    if (!file) return;
    std::vector<std::string_view> names;
    for (const Row& row : file->rows()) {
      if (names.empty()) {
        if (row.size() < 12 || row.word(0) != "nread") continue;
        for (std::size_t i = 0; i < row.size(); ++i) names.push_back(row.word(i));
      } else if (row.size() == names.size()) {
        for (std::size_t i = 0; i < names.size(); ++i) {
          complaints_.attempt([&] {
            out.untyped(family("node_zfs_zpool_", names[i], row),
                        "Input and output of the pool (io).")
                .add(static_cast<double>(row.unsignedInteger(i)), {{"zpool", pool}});
          });
        }
        return;
      } else if (!row.empty()) {
        complaints_.add(row.error("as many values as names above", row.text()).what());
      }
    }
  }

  void addDatasets(Kernel& kernel, std::string_view pool, Sink& out) {
    const auto names = kernel.list(kernel.path(kDirectory, "/", pool));
    if (!names) return;
    for (const std::string_view name : *names) {
      if (!name.starts_with("objset-")) continue;
      complaints_.attempt([&] {
        const auto file = kernel.read(kernel.path(kDirectory, "/", pool, "/", name));
        if (file) addDataset(*file, pool, out);
      });
    }
  }

  void addDataset(const KernelFile& file, std::string_view pool, Sink& out) {
    std::optional<std::string_view> dataset;
    forEachStatistic(file, [&](const Row& row) {
      if (row.word(0) == "dataset_name") dataset = restOf(row);
    });
    if (!dataset) throw ParseError(file.path, 0, "expected the name of a dataset");
    forEachStatistic(file, [&](const Row& row) {
      if (row.word(0) == "dataset_name" || row.word(1) != kUnsigned64) return;
      complaints_.attempt([&] {
        out.untyped(family("node_zfs_zpool_dataset_", row.word(0), row),
                    "Input and output of the dataset (objset).")
            .add(static_cast<double>(row.unsignedInteger(2)),
                 {{"dataset", *dataset}, {"zpool", pool}});
      });
    });
  }

  void addState(Kernel& kernel, std::string_view pool, Sink& out) {
    const auto file = kernel.read(kernel.path(kDirectory, "/", pool, "/state"));
    if (!file) return;
    std::string current(file->firstLine().text());
    std::transform(current.begin(), current.end(), current.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c;
    });
    const auto state = out.gauge("node_zfs_zpool_state", "1 for the state that the pool is in.");
    for (const std::string_view name : kStates) {
      state.add(name == current ? 1 : 0, {{"state", name}, {"zpool", pool}});
    }
  }

  // Throws ParseError for a name that no family can have.
  std::string_view family(std::string_view begin, std::string_view name, const Row& row) {
    family_.assign(begin).append(name.substr(name.rfind('.') + 1));
    std::replace(family_.begin() + static_cast<std::ptrdiff_t>(begin.size()), family_.end(), '-',
                 '_');
    if (!std::all_of(family_.begin(), family_.end(), isNameCharacter)) {
      throw row.error("the name of a statistic", name);
    }
    return family_;
  }

  std::string family_;
  Complaints complaints_;
};

const RegisterCollector<Zfs> zfs{
    {.name = "zfs",
     .reads = "proc/spl/kstat/zfs/*, proc/spl/kstat/zfs/<pool>/{io,objset-*,state}"}};

}  // namespace

}  // namespace orchestrator_exporter
