#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"

namespace orchestrator_exporter {

namespace {

constexpr double kKibibyte = 1024;

// A figure of a device, written as key:number.
struct Figure {
  std::string_view key;
  MetricType type;
  std::string_view family;
  std::string_view help;
  double factor = 1;
};

constexpr std::array kFigures = {
    Figure{"ns", MetricType::kCounter, "node_drbd_network_sent_bytes_total",
           "Bytes sent to the peer.", kKibibyte},
    // Not multiplied, although the kernel counts KiB here too: dashboards expect it.
    Figure{"nr", MetricType::kCounter, "node_drbd_network_received_bytes_total",
           "Received from the peer, in units of 1 KiB."},
    Figure{"dw", MetricType::kCounter, "node_drbd_disk_written_bytes_total",
           "Bytes written to the local disk.", kKibibyte},
    Figure{"dr", MetricType::kCounter, "node_drbd_disk_read_bytes_total",
           "Bytes read from the local disk.", kKibibyte},
    Figure{"al", MetricType::kCounter, "node_drbd_activitylog_writes_total",
           "Updates of the activity log."},
    Figure{"bm", MetricType::kCounter, "node_drbd_bitmap_writes_total", "Updates of the bitmap."},
    Figure{"lo", MetricType::kGauge, "node_drbd_local_pending",
           "Requests that the local disk has not answered."},
    Figure{"pe", MetricType::kGauge, "node_drbd_remote_pending",
           "Requests that the peer has not answered."},
    Figure{"ua", MetricType::kGauge, "node_drbd_remote_unacknowledged",
           "Requests of the peer that were not answered."},
    Figure{"ap", MetricType::kGauge, "node_drbd_application_pending",
           "Requests of applications that were not answered."},
    Figure{"ep", MetricType::kGauge, "node_drbd_epochs", "Epochs of writes on their way."},
    Figure{"oos", MetricType::kGauge, "node_drbd_out_of_sync_bytes",
           "Bytes that the two sides do not share.", kKibibyte},
};

// A word for this side and one for the peer, written as key:local/remote.
struct Pair {
  std::string_view key;
  std::string_view good;
  std::string_view family;
  std::string_view help;
};

constexpr std::array kPairs = {
    Pair{"ro", "Primary", "node_drbd_node_role_is_primary", "1 where the side is primary."},
    Pair{"ds", "UpToDate", "node_drbd_disk_state_is_up_to_date",
         "1 where the disk of the side is up to date."},
};

// The one for a key; nullptr if there is none.
template <typename Entries>
const typename Entries::value_type* entryFor(std::string_view key, const Entries& entries) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const auto& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

// The rows about a device below the first one are indented by a tab or four blanks.
bool isContinued(const Row& row) {
  return row.text().starts_with("    ") || row.text().starts_with('\t');
}

class Drbd final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto file = kernel.read("proc/drbd");
    if (!file) throw NoData{};
    bool anyDevice = false;
    bool hasFigures = false;  // of the device, which stand in the row below its first one
    std::string device = "unknown";
    for (const Row& row : file->rows()) {
      if (row.empty()) continue;
      if (const auto minor = minorOf(row)) {
        device = "drbd" + std::to_string(*minor);
        anyDevice = true;
        hasFigures = false;
      } else if (isContinued(row)) {
        hasFigures = true;
      } else if (anyDevice) {
        // Perhaps the first row of another device, and then the rows below are not about this one.
        if (hasFigures || row.word(0).ends_with(':')) {
          device.clear();
          complaints_.add(row.error("a device", row.text()).what());
        }
        continue;
      }
      if (!device.empty()) addRow(row, device, out);
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  // The minor number of a device, with which its first row begins: ` 0: cs:Connected`.
  static std::optional<std::uint64_t> minorOf(const Row& row) {
    std::string_view word = row.word(0);
    if (!word.ends_with(':')) return std::nullopt;
    word.remove_suffix(1);
    return parseUnsigned(word);
  }

  void addRow(const Row& row, std::string_view device, Sink& out) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string_view word = row.word(i);
      const std::size_t colon = word.find(':');
      if (colon == word.npos || word.find(':', colon + 1) != word.npos) continue;
      addValue(row, word.substr(0, colon), word.substr(colon + 1), device, out);
    }
  }

  // What has an unknown key is passed over.
  void addValue(const Row& row, std::string_view key, std::string_view value,
                std::string_view device, Sink& out) {
    if (const Figure* const figure = entryFor(key, kFigures)) {
      complaints_.attempt([&] { addFigure(*figure, row, value, device, out); });
    } else if (const Pair* const pair = entryFor(key, kPairs)) {
      complaints_.attempt([&] { addPair(*pair, row, value, device, out); });
    } else if (key == "cs") {
      complaints_.attempt([&] {
        out.gauge("node_drbd_connected", "1 where the device is connected to its peer.")
            .add(value == "Connected" ? 1 : 0, {{"device", device}});
      });
    }
  }

  static void addFigure(const Figure& figure, const Row& row, std::string_view value,
                        std::string_view device, Sink& out) {
    const auto number = parseNumber(value);
    if (!number) throw row.error("a number", value);
    const ScalarFamily family(out.family({figure.family, figure.help, figure.type}));
    family.add(*number * figure.factor, {{"device", device}});
  }

  static void addPair(const Pair& pair, const Row& row, std::string_view value,
                      std::string_view device, Sink& out) {
    const std::size_t slash = value.find('/');
    if (slash == value.npos) throw row.error("two words with a slash between them", value);
    const std::string_view behind = value.substr(slash + 1);
    const std::string_view remote = behind.substr(0, behind.find('/'));
    const auto family = out.gauge(pair.family, pair.help);
    family.add(value.substr(0, slash) == pair.good ? 1 : 0,
               {{"device", device}, {"node", "local"}});
    family.add(remote == pair.good ? 1 : 0, {{"device", device}, {"node", "remote"}});
  }

  Complaints complaints_;
};

const RegisterCollector<Drbd> drbd{
    {.name = "drbd", .onByDefault = kOffByDefault, .reads = "proc/drbd"}};

}  // namespace

}  // namespace orchestrator_exporter
