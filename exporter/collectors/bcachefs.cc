#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"
#include "exporter/host/generated_name.h"
#include "exporter/host/known_value.h"
#include "exporter/kernel/attribute.h"
#include "exporter/kernel/path.h"
#include "exporter/kernel/printed_size.h"

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

std::string_view withoutColon(std::string_view word) {
  if (word.ends_with(':')) word.remove_suffix(1);
  return word;
}

// `name: value`; nullopt if there is no colon.
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
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto names = kernel.list(kDirectory);
    if (!names) throw NoData{};
    bool any = false;
    for (const std::string_view uuid : *names) {
      const std::string_view directory = kernel.path(kDirectory, "/", uuid);
      if (!isDirectory(kernel, directory)) continue;
      any = true;
      giveFileSystem(kernel, directory, uuid, out);
    }
    if (!any) throw NoData{};
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  void giveFileSystem(Kernel& kernel, std::string_view directory, std::string_view uuid,
                      Sink& out) {
    out.gauge("node_bcachefs_info", "A file system that is in use, always 1.")
        .add(1, {{"uuid", uuid}});
    addIfKnown(out.gauge("node_bcachefs_btree_cache_size_bytes",
                         "Memory that holds nodes of the trees, in bytes."),
               sizeAttribute(kernel, kernel.path(directory, "/btree_cache_size")),
               {{"uuid", uuid}});
    giveCompression(kernel, directory, uuid, out);
    giveErrors(kernel, directory, uuid, out);
    complaints_.attempt(
        [&] { giveCounters(kernel, kernel.path(directory, "/counters"), uuid, out); });
    giveWrites(kernel, directory, uuid, out);
    complaints_.attempt([&] {
      const auto entries = kernel.list(directory);
      if (!entries) return;  // unmounted meanwhile
      for (const std::string_view name : *entries) {
        if (name.starts_with("dev-")) {
          giveDevice(kernel, kernel.path(directory, "/", name), uuid, out);
        }
      }
    });
  }

  // Calls give(row) for each row of the file, if there is such a file. A row that makes no sense
  // costs itself.
  template <typename Give>
  void forEachRow(Kernel& kernel, std::string_view path, Give give) {
    complaints_.attempt([&] {
      const auto file = kernel.read(path);
      if (!file) return;
      for (const Row& row : file->rows()) {
        complaints_.attempt([&] { give(row); });
      }
    });
  }

  std::optional<double> sizeAttribute(Kernel& kernel, std::string_view path) {
    return complaints_.valueOf([&]() -> std::optional<double> {
      const auto text = readAttribute(kernel, path);
      if (!text || text->empty()) return std::nullopt;
      return parseSize(Row(path, 1, *text), *text);
    });
  }

  std::optional<double> countAttribute(Kernel& kernel, std::string_view path) {
    return complaints_.valueOf([&]() -> std::optional<double> {
      const auto text = readAttribute(kernel, path);
      if (!text) return std::nullopt;
      return countOf(Row(path, 1, *text), *text);
    });
  }

  void giveCompression(Kernel& kernel, std::string_view directory, std::string_view uuid,
                       Sink& out) {
    forEachRow(kernel, kernel.path(directory, "/compression_stats"), [&](const Row& row) {
      if (row.lineNumber() == 1 || row.size() < 3) return;
      const std::string_view algorithm = withoutColon(row.word(0));
      const double compressed = parseSize(row, row.word(1));
      const double uncompressed = parseSize(row, row.word(2));
      out.gauge("node_bcachefs_compression_compressed_bytes",
                "Size of compressed extents in bytes.")
          .add(compressed, {{"algorithm", algorithm}, {"uuid", uuid}});
      out.gauge("node_bcachefs_compression_uncompressed_bytes",
                "Size that compressed extents had before, in bytes.")
          .add(uncompressed, {{"algorithm", algorithm}, {"uuid", uuid}});
    });
  }

  void giveErrors(Kernel& kernel, std::string_view directory, std::string_view uuid, Sink& out) {
    forEachRow(kernel, kernel.path(directory, "/errors"), [&](const Row& row) {
      if (row.size() < 2) return;
      out.counter("node_bcachefs_errors_total", "Errors that were found, by type.")
          .add(static_cast<double>(row.unsignedInteger(1)),
               {{"error_type", row.word(0)}, {"uuid", uuid}});
    });
  }

  void giveCounters(Kernel& kernel, std::string_view directory, std::string_view uuid, Sink& out) {
    const auto names = kernel.list(directory);
    if (!names) return;
    for (const std::string_view name : *names) {
      const std::string_view path = kernel.path(directory, "/", name);
      if (isDirectory(kernel, path)) continue;
      complaints_.attempt([&] {
        const auto value = sinceCreation(kernel.require(path));
        family_ = "node_bcachefs_";
        appendGeneratedName(family_, name);
        family_ += "_total";
        addIfKnown(out.counter(family_, "A counter of bcachefs, since the file system was made."),
                   value, {{"uuid", uuid}});
      });
    }
  }

  // nullopt if only what happened since the mount is counted.
  static std::optional<double> sinceCreation(const KernelFile& file) {
    bool sinceMount = false;
    for (const Row& row : file.rows()) {
      if (row.text().starts_with(kSinceCreation)) {
        return parseSize(row, row.text().substr(kSinceCreation.size()));
      }
      sinceMount |= row.text().starts_with(kSinceMount);
    }
    if (sinceMount) return std::nullopt;
    throw ParseError(file.path, 0, "expected a line 'since filesystem creation:'");
  }

  void giveWrites(Kernel& kernel, std::string_view directory, std::string_view uuid, Sink& out) {
    forEachRow(kernel, kernel.path(directory, "/btree_write_stats"), [&](const Row& row) {
      if (row.lineNumber() == 1 || row.size() < 3) return;
      const std::string_view type = withoutColon(row.word(0));
      const auto writes = static_cast<double>(row.unsignedInteger(1));
      const double size = parseSize(row, row.word(2));
      out.counter("node_bcachefs_btree_writes_total", "Writes of tree nodes, by their reason.")
          .add(writes, {{"type", type}, {"uuid", uuid}});
      out.gauge("node_bcachefs_btree_write_average_size_bytes",
                "Average size of such writes in bytes.")
          .add(size, {{"type", type}, {"uuid", uuid}});
    });
  }

  void giveDevice(Kernel& kernel, std::string_view directory, std::string_view uuid, Sink& out) {
    const std::string_view device = baseName(directory).substr(std::string_view("dev-").size());
    const std::initializer_list<Label> labels{{"device", device}, {"uuid", uuid}};
    AttributeReader attributes(kernel, complaints_);
    const auto text = [&](std::string_view file) {
      return attributes.text(kernel.path(directory, file)).value_or("");
    };
    out.gauge("node_bcachefs_device_info", "Label and state of the device, always 1.")
        .add(1, {{"device", device},
                 {"label", text("/label")},
                 {"state", text("/state")},
                 {"uuid", uuid}});
    addIfKnown(out.gauge("node_bcachefs_device_bucket_size_bytes", "Size of a bucket in bytes."),
               sizeAttribute(kernel, kernel.path(directory, "/bucket_size")), labels);
    addIfKnown(out.gauge("node_bcachefs_device_buckets", "Number of buckets."),
               countAttribute(kernel, kernel.path(directory, "/nbuckets")), labels);
    addIfKnown(
        out.gauge("node_bcachefs_device_durability", "Copies that one on this device counts for."),
        countAttribute(kernel, kernel.path(directory, "/durability")), labels);
    giveIoDone(kernel, directory, device, uuid, out);
    giveIoErrors(kernel, directory, device, uuid, out);
  }

  void giveIoDone(Kernel& kernel, std::string_view directory, std::string_view device,
                  std::string_view uuid, Sink& out) {
    std::string_view operation;
    forEachRow(kernel, kernel.path(directory, "/io_done"), [&](const Row& row) {
      const std::string_view line = trim(row.text());
      const auto pair = splitAtColon(line);
      if (!pair) return;
      // The head of a section; types of data have blanks before the colon.
      const bool isHead = pair->value.empty() && line.size() == pair->name.size() + 1;
      if (isHead) {
        operation = line == "read:" || line == "write:" ? pair->name : std::string_view();
      } else if (!operation.empty()) {
        out.counter("node_bcachefs_device_io_done_bytes_total",
                    "Bytes read and written, by type of data.")
            .add(countOf(row, pair->value), {{"data_type", pair->name},
                                             {"device", device},
                                             {"operation", operation},
                                             {"uuid", uuid}});
      }
    });
  }

  void giveIoErrors(Kernel& kernel, std::string_view directory, std::string_view device,
                    std::string_view uuid, Sink& out) {
    bool sinceCreation = false;
    forEachRow(kernel, kernel.path(directory, "/io_errors"), [&](const Row& row) {
      if (row.text().starts_with("IO errors since ")) {
        sinceCreation = row.text().starts_with("IO errors since filesystem creation");
        return;
      }
      const auto pair = splitAtColon(row.text());
      if (!pair || !sinceCreation) return;
      out.counter("node_bcachefs_device_io_errors_total", "Errors of the device, by type.")
          .add(countOf(row, pair->value),
               {{"device", device}, {"type", pair->name}, {"uuid", uuid}});
    });
  }

  std::string family_;
  Complaints complaints_;
};

const RegisterCollector<Bcachefs> bcachefs{{.name = "bcachefs", .reads = "sys/fs/bcachefs/*/"}};

}  // namespace

}  // namespace orchestrator_exporter
