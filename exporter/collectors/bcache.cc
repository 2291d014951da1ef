#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/kernel/numbered_entries.h"
#include "exporter/kernel/printed_size.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kPriorityStats = "collector.bcache.priorityStats";

// An attribute that is a family. Documentation/admin-guide/bcache.rst of the kernel tells them all.
struct Attribute {
  std::string_view file;
  MetricType type;
  std::string_view family;
  std::string_view help;
};

constexpr std::array kSetAttributes = {
    Attribute{"average_key_size", MetricType::kGauge, "node_bcache_average_key_size_sectors",
              "Average amount of data per key in the tree, in sectors."},
    Attribute{"btree_cache_size", MetricType::kGauge, "node_bcache_btree_cache_size_bytes",
              "Memory that holds nodes of the tree, in bytes."},
    Attribute{"cache_available_percent", MetricType::kGauge, "node_bcache_cache_available_percent",
              "Share of the cache without dirty data, usable for writes, in percent."},
    Attribute{"congested", MetricType::kGauge, "node_bcache_congested",
              "Congestion of the cache device."},
    Attribute{"root_usage_percent", MetricType::kGauge, "node_bcache_root_usage_percent",
              "Share of the tree's root node in use, in percent."},
    Attribute{"tree_depth", MetricType::kGauge, "node_bcache_tree_depth", "Depth of the tree."},
    Attribute{"internal/active_journal_entries", MetricType::kGauge,
              "node_bcache_active_journal_entries",
              "Journal entries that are newer than the index."},
    Attribute{"internal/btree_nodes", MetricType::kGauge, "node_bcache_btree_nodes",
              "Nodes of the tree."},
    Attribute{"internal/cache_read_races", MetricType::kCounter,
              "node_bcache_cache_read_races_total",
              "Reads whose bucket was reused before they had ended."},
};

constexpr std::array kBackingAttributes = {
    Attribute{"dirty_data", MetricType::kGauge, "node_bcache_dirty_data_bytes",
              "Data in the cache that the backing device lacks, in bytes."},
    Attribute{"stats_total/bypassed", MetricType::kCounter, "node_bcache_bypassed_bytes_total",
              "Bytes that went past the cache, read and written."},
    Attribute{"stats_total/cache_hits", MetricType::kCounter, "node_bcache_cache_hits_total",
              "Requests that the cache answered."},
    Attribute{"stats_total/cache_misses", MetricType::kCounter, "node_bcache_cache_misses_total",
              "Requests that the cache could not answer."},
    Attribute{"stats_total/cache_bypass_hits", MetricType::kCounter,
              "node_bcache_cache_bypass_hits_total",
              "Hits of requests that were meant to go past the cache."},
    Attribute{"stats_total/cache_bypass_misses", MetricType::kCounter,
              "node_bcache_cache_bypass_misses_total",
              "Misses of requests that were meant to go past the cache."},
    Attribute{"stats_total/cache_miss_collisions", MetricType::kCounter,
              "node_bcache_cache_miss_collisions_total",
              "Data of a miss that was not cached because a write came first."},
};

constexpr std::array kCacheAttributes = {
    Attribute{"io_errors", MetricType::kGauge, "node_bcache_io_errors",
              "Errors of the cache device, decaying with time."},
    Attribute{"metadata_written", MetricType::kCounter, "node_bcache_metadata_written_bytes_total",
              "Bytes written to the cache device that are not data."},
    Attribute{"written", MetricType::kCounter, "node_bcache_written_bytes_total",
              "Bytes of data written to the cache device."},
};

// A row of writeback_rate_debug.
struct WritebackRow {
  std::string_view key;
  bool isSigned;
  std::string_view family;
  std::string_view help;
};

constexpr std::array kWritebackRows = {
    WritebackRow{"rate:", false, "node_bcache_writeback_rate",
                 "Rate at which dirty data is written back."},
    WritebackRow{"target:", false, "node_bcache_dirty_target_bytes",
                 "Amount of dirty data that the writeback aims at, in bytes."},
    WritebackRow{"proportional:", true, "node_bcache_writeback_rate_proportional_term",
                 "Proportional term of the writeback's controller."},
    WritebackRow{"integral:", true, "node_bcache_writeback_rate_integral_term",
                 "Integral term of the writeback's controller."},
    WritebackRow{"change:", true, "node_bcache_writeback_change",
                 "Last step that the writeback rate took."},
};

using Labels = std::initializer_list<Label>;

std::uint64_t parseSize(const Row& row, std::string_view word) {
  if (const auto size = parseBcacheSize(word)) return *size;
  throw row.error("a size", word);
}

// The last word of a row, without its unit.
std::string_view lastWord(const Row& row, std::string_view unit) {
  std::string_view word = row.word(row.size() - 1);
  if (word.ends_with(unit)) word.remove_suffix(unit.size());
  return word;
}

double writebackValue(const Row& row, bool isSigned) {
  std::string_view word = lastWord(row, "/sec");
  const bool negative = isSigned && word.starts_with('-');
  if (negative) word.remove_prefix(1);
  const std::uint64_t magnitude = parseSize(row, word);
  if (!isSigned) return static_cast<double>(magnitude);
  return static_cast<double>(static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude));
}

// The size in an attribute; 0 where this kernel does not have it.
double attribute(Kernel& kernel, std::string_view path) {
  const auto file = kernel.read(path);
  if (!file) return 0;
  // Every attribute ends in a newline.
  const std::string_view text = file->text.substr(0, file->text.size() - !file->text.empty());
  return static_cast<double>(parseSize(Row(path, 1, text), text));
}

class Bcache final : public Collector {
 public:
  explicit Bcache(const Flags& flags) : priorityStats_(flags.enabled(kPriorityStats)) {}

  void collect(Kernel& kernel, Sink& out) override {
    const auto names = kernel.list("sys/fs/bcache");
    if (!names) return;
    // A set that cannot be read takes the samples of all sets with it.
    samples_.clear();
    for (const std::string_view name : *names) {
      if (name.find('-') != std::string_view::npos) addSet(kernel, name);
    }
    samples_.replay(out);
  }

 private:
  void addSet(Kernel& kernel, std::string_view uuid) {
    const std::string_view set = kernel.path("sys/fs/bcache/", uuid);
    addAttributes(kernel, set, kSetAttributes, {{"uuid", uuid}});
    // Taken for nanoseconds in spite of the file's name, because dashboards expect it.
    samples_
        .gauge("node_bcache_btree_read_average_duration_seconds",
               "Average time that it takes to read a node of the tree.")
        .add(attribute(kernel, kernel.path(set, "/internal/btree_read_average_duration_us")) * 1e-9,
             {{"uuid", uuid}});
    for (const std::string_view device : numberedEntries(kernel, set, "bdev")) {
      addBackingDevice(kernel, kernel.path(set, "/", device),
                       {{"backing_device", device}, {"uuid", uuid}});
    }
    for (const std::string_view device : numberedEntries(kernel, set, "cache")) {
      const std::string_view directory = kernel.path(set, "/", device);
      const Labels labels{{"cache_device", device}, {"uuid", uuid}};
      addAttributes(kernel, directory, kCacheAttributes, labels);
      if (priorityStats_) addPriorities(kernel, directory, labels);
    }
  }

  void addBackingDevice(Kernel& kernel, std::string_view directory, Labels labels) {
    addAttributes(kernel, directory, kBackingAttributes, labels);
    const double readaheads =
        attribute(kernel, kernel.path(directory, "/stats_total/cache_readaheads"));
    // Kernels since 5.10 do not count them.
    if (readaheads != 0) {
      samples_
          .counter("node_bcache_cache_readaheads_total",
                   "Times that data was read into the cache in advance.")
          .add(readaheads, labels);
    }
    addWriteback(kernel, directory, labels);
  }

  void addAttributes(Kernel& kernel, std::string_view directory,
                     std::span<const Attribute> attributes, Labels labels) {
    for (const Attribute& a : attributes) {
      const double value = attribute(kernel, kernel.path(directory, "/", a.file));
      samples_.family({a.family, a.help, a.type}).sample(value, labels, {});
    }
  }

  void addWriteback(Kernel& kernel, std::string_view directory, Labels labels) {
    std::array<double, kWritebackRows.size()> values{};
    for (const Row& row : kernel.require(kernel.path(directory, "/writeback_rate_debug")).rows()) {
      for (std::size_t i = 0; i < kWritebackRows.size(); ++i) {
        if (!row.text().starts_with(kWritebackRows[i].key)) continue;
        values[i] = writebackValue(row, kWritebackRows[i].isSigned);
      }
    }
    for (std::size_t i = 0; i < kWritebackRows.size(); ++i) {
      samples_.gauge(kWritebackRows[i].family, kWritebackRows[i].help).add(values[i], labels);
    }
  }

  void addPriorities(Kernel& kernel, std::string_view directory, Labels labels) {
    std::uint64_t unused = 0;
    std::uint64_t metadata = 0;
    for (const Row& row : kernel.require(kernel.path(directory, "/priority_stats")).rows()) {
      const auto percent = [&] {
        if (const auto value = parseUnsigned(lastWord(row, "%"))) return *value;
        throw row.error("a percentage", lastWord(row, "%"));
      };
      if (row.text().starts_with("Unused:")) unused = percent();
      if (row.text().starts_with("Metadata:")) metadata = percent();
    }
    samples_
        .gauge("node_bcache_priority_stats_unused_percent",
               "Share of the cache that holds no data, in percent.")
        .add(static_cast<double>(unused), labels);
    samples_
        .gauge("node_bcache_priority_stats_metadata_percent",
               "Share of the cache that holds the tree and the journal, in percent.")
        .add(static_cast<double>(metadata), labels);
  }

  bool priorityStats_;
  Snapshot samples_;
};

const RegisterCollector<Bcache> bcache{
    {.name = "bcache",
     .flags = {switchFlag(std::string(kPriorityStats), false,
                          "Read priority_stats too, which makes the kernel walk all buckets.")},
     .reads = "sys/fs/bcache/*-*/"}};

}  // namespace

}  // namespace orchestrator_exporter
