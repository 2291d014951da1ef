#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/generated_name.h"
#include "exporter/kernel/attribute.h"
#include "exporter/kernel/path.h"
#include "exporter/kernel/printed_size.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDirectory = "sys/fs/bcachefs";
constexpr std::string_view kSinceMount = "since mount:";
constexpr std::string_view kSinceCreation = "since filesystem creation:";

double parseSize(const Row& row, std::string_view text) {
  if (const auto size = parseBcachefsSize(trim(text))) return static_cast<double>(*size);
  throw row.error("a size", text);
}

double countOf(const Row& row, std::string_view text) {
  if (const auto count = parseUnsigned(text)) return static_cast<double>(*count);
  throw row.error("a count", text);
}

// Where there is no such attribute, its size is 0.
double sizeAttribute(Kernel& kernel, std::string_view path) {
  const auto text = readAttribute(kernel, path);
  return text && !text->empty() ? parseSize(Row(path, 1, *text), *text) : 0;
}

double countAttribute(Kernel& kernel, std::string_view path) {
  const auto text = readAttribute(kernel, path);
  return text ? countOf(Row(path, 1, *text), *text) : 0;
}

std::string_view withoutColon(std::string_view word) {
  if (word.ends_with(':')) word.remove_suffix(1);
  return word;
}

// `name: value`; nullopt where there is no colon.
struct NamedValue {
  std::string_view name;
  std::string_view value;
};
std::optional<NamedValue> splitAtColon(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return NamedValue{trim(text.substr(0, colon)), trim(text.substr(colon + 1))};
}

class Bcachefs final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const auto names = kernel.list(kDirectory);
    if (!names) throw NoData{};
    // A file system that cannot be read takes the samples of all with it.
    samples_.clear();
    for (const std::string_view uuid : *names) {
      if (isDirectory(kernel, kernel.path(kDirectory, "/", uuid))) addFileSystem(kernel, uuid);
    }
    if (samples_.empty()) throw NoData{};
    samples_.replay(out);
  }

  void addFileSystem(Kernel& kernel, std::string_view uuid) {
    const std::string_view directory = kernel.path(kDirectory, "/", uuid);
    samples_.gauge("node_bcachefs_info", "A file system that is in use, always 1.")
        .add(1, {{"uuid", uuid}});
    samples_
        .gauge("node_bcachefs_btree_cache_size_bytes",
               "Memory that holds nodes of the trees, in bytes.")
        .add(sizeAttribute(kernel, kernel.path(directory, "/btree_cache_size")), {{"uuid", uuid}});
    addCompression(kernel, directory, uuid);
    addErrors(kernel, directory, uuid);
    addCounters(kernel, kernel.path(directory, "/counters"), uuid);
    addWrites(kernel, directory, uuid);
    const auto entries = kernel.list(directory);
    for (const std::string_view name : entries.value()) {
      if (name.starts_with("dev-")) addDevice(kernel, kernel.path(directory, "/", name), uuid);
    }
  }

  void addCompression(Kernel& kernel, std::string_view directory, std::string_view uuid) {
    const auto file = kernel.read(kernel.path(directory, "/compression_stats"));
    if (!file) return;
    for (const Row& row : file->rows()) {
      if (row.lineNumber() == 1 || row.size() < 3) continue;
      if (row.size() > 3) parseSize(row, row.word(3));  // the average size of an extent
      const std::string_view algorithm = withoutColon(row.word(0));
      samples_
          .gauge("node_bcachefs_compression_compressed_bytes",
                 "Size of compressed extents in bytes.")
          .add(parseSize(row, row.word(1)), {{"algorithm", algorithm}, {"uuid", uuid}});
      samples_
          .gauge("node_bcachefs_compression_uncompressed_bytes",
                 "Size that compressed extents had before, in bytes.")
          .add(parseSize(row, row.word(2)), {{"algorithm", algorithm}, {"uuid", uuid}});
    }
  }

  void addErrors(Kernel& kernel, std::string_view directory, std::string_view uuid) {
    const auto file = kernel.read(kernel.path(directory, "/errors"));
    if (!file) return;
    for (const Row& row : file->rows()) {
      if (row.size() < 2) continue;
      if (row.size() > 2) row.unsignedInteger(2);  // when it was seen last
      samples_.counter("node_bcachefs_errors_total", "Errors that were found, by type.")
          .add(static_cast<double>(row.unsignedInteger(1)),
               {{"error_type", row.word(0)}, {"uuid", uuid}});
    }
  }

  void addCounters(Kernel& kernel, std::string_view directory, std::string_view uuid) {
    const auto names = kernel.list(directory);
    if (!names) return;
    for (const std::string_view name : *names) {
      const std::string_view path = kernel.path(directory, "/", name);
      if (isDirectory(kernel, path)) continue;
      family_ = "node_bcachefs_";
      appendGeneratedName(family_, name);
      family_ += "_total";
      samples_.counter(family_, "A counter of bcachefs, since the file system was made.")
          .add(sinceCreation(kernel.require(path)), {{"uuid", uuid}});
    }
  }

  // 0 where only what happened since the mount is counted.
  static double sinceCreation(const KernelFile& file) {
    std::optional<double> sinceMount;
    std::optional<double> sinceCreation;
    for (const Row& row : file.rows()) {
      if (row.text().starts_with(kSinceMount)) {
        sinceMount = parseSize(row, row.text().substr(kSinceMount.size()));
      } else if (row.text().starts_with(kSinceCreation)) {
        sinceCreation = parseSize(row, row.text().substr(kSinceCreation.size()));
      }
    }
    if (!sinceMount && !sinceCreation) {
      throw ParseError(file.path, 0, "expected a line 'since filesystem creation:'");
    }
    return sinceCreation.value_or(0);
  }

  void addWrites(Kernel& kernel, std::string_view directory, std::string_view uuid) {
    const auto file = kernel.read(kernel.path(directory, "/btree_write_stats"));
    if (!file) return;
    for (const Row& row : file->rows()) {
      if (row.lineNumber() == 1 || row.size() < 3) continue;
      const std::string_view type = withoutColon(row.word(0));
      samples_.counter("node_bcachefs_btree_writes_total", "Writes of tree nodes, by their reason.")
          .add(static_cast<double>(row.unsignedInteger(1)), {{"type", type}, {"uuid", uuid}});
      samples_
          .gauge("node_bcachefs_btree_write_average_size_bytes",
                 "Average size of such writes in bytes.")
          .add(parseSize(row, row.word(2)), {{"type", type}, {"uuid", uuid}});
    }
  }

  void addDevice(Kernel& kernel, std::string_view directory, std::string_view uuid) {
    const std::string_view device = baseName(directory).substr(std::string_view("dev-").size());
    const std::initializer_list<Label> labels{{"device", device}, {"uuid", uuid}};
    const auto text = [&](std::string_view file) {
      return kernel.textOrEmpty(kernel.path(directory, file));
    };
    samples_.gauge("node_bcachefs_device_info", "Label and state of the device, always 1.")
        .add(1, {{"device", device},
                 {"label", text("/label")},
                 {"state", text("/state")},
                 {"uuid", uuid}});
    samples_.gauge("node_bcachefs_device_bucket_size_bytes", "Size of a bucket in bytes.")
        .add(sizeAttribute(kernel, kernel.path(directory, "/bucket_size")), labels);
    samples_.gauge("node_bcachefs_device_buckets", "Number of buckets.")
        .add(countAttribute(kernel, kernel.path(directory, "/nbuckets")), labels);
    samples_.gauge("node_bcachefs_device_durability", "Copies that one on this device counts for.")
        .add(countAttribute(kernel, kernel.path(directory, "/durability")), labels);
    addIoDone(kernel, directory, device, uuid);
    addIoErrors(kernel, directory, device, uuid);
  }

  void addIoDone(Kernel& kernel, std::string_view directory, std::string_view device,
                 std::string_view uuid) {
    const auto file = kernel.read(kernel.path(directory, "/io_done"));
    if (!file) return;
    std::string_view operation;
    for (const Row& row : file->rows()) {
      const std::string_view line = trim(row.text());
      if (line == "read:" || line == "write:") {
        operation = withoutColon(line);
        continue;
      }
      const auto pair = splitAtColon(line);
      if (!pair || operation.empty()) continue;
      samples_
          .counter("node_bcachefs_device_io_done_bytes_total",
                   "Bytes read and written, by type of data.")
          .add(countOf(row, pair->value), {{"data_type", pair->name},
                                           {"device", device},
                                           {"operation", operation},
                                           {"uuid", uuid}});
    }
  }

  void addIoErrors(Kernel& kernel, std::string_view directory, std::string_view device,
                   std::string_view uuid) {
    const auto file = kernel.read(kernel.path(directory, "/io_errors"));
    if (!file) return;
    bool sinceCreation = false;
    for (const Row& row : file->rows()) {
      if (row.text().starts_with("IO errors since ")) {
        sinceCreation = row.text().starts_with("IO errors since filesystem creation");
        continue;
      }
      const auto pair = splitAtColon(row.text());
      if (!pair || !sinceCreation) continue;
      samples_.counter("node_bcachefs_device_io_errors_total", "Errors of the device, by type.")
          .add(countOf(row, pair->value),
               {{"device", device}, {"type", pair->name}, {"uuid", uuid}});
    }
  }

  Snapshot samples_;
  std::string family_;
};

const RegisterCollector<Bcachefs> bcachefs{{.name = "bcachefs", .reads = "sys/fs/bcachefs/*/"}};

}  // namespace

}  // namespace orchestrator_exporter
