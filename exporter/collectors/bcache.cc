#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/known_value.h"
#include "exporter/kernel/numbered_entries.h"
#include "exporter/kernel/printed_size.h"

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

struct PriorityRow {
  std::string_view key;
  std::string_view family;
  std::string_view help;
};

constexpr std::array kPriorityRows = {
    PriorityRow{"Unused:", "node_bcache_priority_stats_unused_percent",
                "Share of the cache that holds no data, in percent."},
    PriorityRow{"Metadata:", "node_bcache_priority_stats_metadata_percent",
                "Share of the cache that holds the tree and the journal, in percent."},
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

class Bcache final : public Collector {
 public:
  explicit Bcache(const Flags& flags) : priorityStats_(flags.enabled(kPriorityStats)) {}

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto names = kernel.list("sys/fs/bcache");
    if (!names) return;
    for (const std::string_view name : *names) {
      if (name.find('-') == std::string_view::npos) continue;
      complaints_.attempt([&] { giveSet(kernel, name, out); });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  void giveSet(Kernel& kernel, std::string_view uuid, Sink& out) {
    const std::string_view set = kernel.path("sys/fs/bcache/", uuid);
    giveAttributes(kernel, set, kSetAttributes, {{"uuid", uuid}}, out);
    // Taken for nanoseconds in spite of the file's name, because dashboards expect it.
    if (const auto nanoseconds =
            attribute(kernel, kernel.path(set, "/internal/btree_read_average_duration_us"))) {
      out.gauge("node_bcache_btree_read_average_duration_seconds",
                "Average time that it takes to read a node of the tree.")
          .add(*nanoseconds * 1e-9, {{"uuid", uuid}});
    }
    for (const std::string_view device : numberedEntries(kernel, set, "bdev")) {
      giveBackingDevice(kernel, kernel.path(set, "/", device),
                        {{"backing_device", device}, {"uuid", uuid}}, out);
    }
    for (const std::string_view device : numberedEntries(kernel, set, "cache")) {
      const std::string_view directory = kernel.path(set, "/", device);
      const Labels labels{{"cache_device", device}, {"uuid", uuid}};
      giveAttributes(kernel, directory, kCacheAttributes, labels, out);
      if (!priorityStats_) continue;
      complaints_.attempt([&] { givePriorities(kernel, directory, labels, out); });
    }
  }

  void giveBackingDevice(Kernel& kernel, std::string_view directory, Labels labels, Sink& out) {
    giveAttributes(kernel, directory, kBackingAttributes, labels, out);
    const auto readaheads =
        attribute(kernel, kernel.path(directory, "/stats_total/cache_readaheads"));
    // Kernels since 5.10 do not count them.
    if (readaheads.value_or(0) != 0) {
      out.counter("node_bcache_cache_readaheads_total",
                  "Times that data was read into the cache in advance.")
          .add(*readaheads, labels);
    }
    complaints_.attempt([&] { giveWriteback(kernel, directory, labels, out); });
  }

  void giveAttributes(Kernel& kernel, std::string_view directory,
                      std::span<const Attribute> attributes, Labels labels, Sink& out) {
    for (const Attribute& a : attributes) {
      addIfKnown(ScalarFamily(out.family({a.family, a.help, a.type})),
                 attribute(kernel, kernel.path(directory, "/", a.file)), labels);
    }
  }

  // The size in an attribute; nullopt if this kernel does not have it or it cannot be read.
  std::optional<double> attribute(Kernel& kernel, std::string_view path) {
    return complaints_.valueOf([&]() -> std::optional<double> {
      const auto file = kernel.read(path);
      if (!file) return std::nullopt;
      // Every attribute ends in a newline.
      const std::string_view text = file->text.substr(0, file->text.size() - !file->text.empty());
      return static_cast<double>(parseSize(Row(path, 1, text), text));
    });
  }

  void giveWriteback(Kernel& kernel, std::string_view directory, Labels labels, Sink& out) {
    for (const Row& row : kernel.require(kernel.path(directory, "/writeback_rate_debug")).rows()) {
      for (const WritebackRow& known : kWritebackRows) {
        if (!row.text().starts_with(known.key)) continue;
        complaints_.attempt([&] {
          const double value = writebackValue(row, known.isSigned);
          out.gauge(known.family, known.help).add(value, labels);
        });
      }
    }
  }

  void givePriorities(Kernel& kernel, std::string_view directory, Labels labels, Sink& out) {
    for (const Row& row : kernel.require(kernel.path(directory, "/priority_stats")).rows()) {
      for (const PriorityRow& known : kPriorityRows) {
        if (!row.text().starts_with(known.key)) continue;
        complaints_.attempt([&] {
          const auto percent = parseUnsigned(lastWord(row, "%"));
          if (!percent) throw row.error("a percentage", lastWord(row, "%"));
          out.gauge(known.family, known.help).add(static_cast<double>(*percent), labels);
        });
      }
    }
  }

  bool priorityStats_;
  Complaints complaints_;
};

const RegisterCollector<Bcache> bcache{
    {.name = "bcache",
     .flags = {switchFlag(std::string(kPriorityStats), false,
                          "Read priority_stats too, which makes the kernel walk all buckets.")},
     .reads = "sys/fs/bcache/*-*/"}};

}  // namespace

}  // namespace orchestrator_exporter
