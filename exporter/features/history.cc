#include <algorithm>

#include "exporter/configuration/reading_interval.h"
#include "exporter/features/feature.h"
#include "exporter/pipeline/retention_list.h"
#include "metrics/history/head.h"
#include "metrics/history/intake/head_intake.h"
#include "metrics/history/store/stored_history.h"

// What was: the newest hour of all readings in memory, and with a directory for state all of them
// on disk; and what others write into it.

namespace orchestrator_exporter {

namespace {

using configuration::Configuration;
using configuration::Value;
using std::chrono::milliseconds;

void giveBytes(Sink& out, std::string_view place, std::uint64_t bytes) {
  out.gauge("orchestrator_exporter_history_bytes", "Bytes that the history takes, by its places.",
            "bytes")
      .add(static_cast<double>(bytes), {{"place", place}});
}

// The history's own figures, on /metrics and so in the history.
void giveFigures(const history::Head& head, Sink& out) {
  const history::Head::Figures figures = head.figures();
  giveBytes(out, "memory", figures.bytes);
  out.gauge("orchestrator_exporter_history_series", "Series that the history has in memory.")
      .add(static_cast<double>(figures.series));
  out.counter("orchestrator_exporter_history_samples_appended_total",
              "Samples that the history took, staleness markers included.")
      .add(static_cast<double>(figures.appended));
  out.counter("orchestrator_exporter_history_samples_refused_total",
              "Samples with times of their own that the history refused.")
      .add(static_cast<double>(figures.refused));
  out.counter("orchestrator_exporter_history_readings_refused_total",
              "Readings that were not later than the one before.")
      .add(static_cast<double>(figures.refusedReadings));
}

void giveFigures(const history::Store& store, Sink& out) {
  const history::Store::Figures figures = store.figures();
  giveBytes(out, "disk", figures.bytes);
  const auto count = [&](std::string_view name, std::string_view help, std::uint64_t value) {
    out.counter(name, help).add(static_cast<double>(value));
  };
  out.gauge("orchestrator_exporter_storage_up",
            "1 if the history was last written to disk, else 0.")
      .add(figures.up ? 1 : 0);
  out.gauge("orchestrator_exporter_storage_series", "Series that the history has on disk.")
      .add(static_cast<double>(figures.series));
  count("orchestrator_exporter_storage_readings_written_total", "Readings written to disk.",
        figures.written);
  count("orchestrator_exporter_storage_readings_lost_total", "Readings that the disk did not take.",
        figures.lost);
  count("orchestrator_exporter_storage_readings_refused_total",
        "Readings not written because they were not later than the one before.", figures.refused);
  count("orchestrator_exporter_storage_damaged_total",
        "Parts of the history on disk that were damaged and left out.", figures.damaged);
  count("orchestrator_exporter_storage_faults_total", "Attempts to use the disk that failed.",
        figures.faults);
  count("orchestrator_exporter_storage_compactions_total",
        "How often the newest readings were packed.", figures.compactions);
}

// What the file says of how long is kept what.
history::Retention retentionOf(const Configuration& configuration) {
  const Value& tiers = configuration["history"]["retention"];
  return {tiers["raw"].duration(), tiers["5m"].duration(), tiers["1h"].duration(),
          tiers["size"].integer(), pipeline::seriesRetentions(configuration)};
}

milliseconds durationOf(const Flags& flags, std::string_view name) {
  return std::chrono::round<milliseconds>(flags.duration(name));
}

class HistoryFeature final : public Feature {
 public:
  explicit HistoryFeature(Parts& parts) : configuration_(parts.configuration.current()) {
    const std::string directory = parts.stateDirectory;
    const auto head = makeHead(parts, !directory.empty());
    configuration::followInterval(parts.configuration, parts.flags, parts.readings);
    if (directory.empty()) {
      parts.log(LogLevel::kInfo, "the history is kept in memory alone: there is no --storage.path");
      parts.history = head;
      parts.intake = std::make_shared<history::HeadIntake>(head, nullptr);
      return;
    }
    const auto store = makeStore(parts, directory, head);
    parts.configuration.follow([head, store](const Configuration& next) -> std::function<void()> {
      return [head, store, retention = retentionOf(next)] {
        head->setWrittenRetention(retention.readings);
        store->setRetention(retention);
      };
    });
    parts.history = std::make_shared<history::StoredHistory>(head, store);
    parts.intake = std::make_shared<history::HeadIntake>(head, store);
  }

 private:
  // Whether it keeps what this program measures.
  bool keepsReadings() const { return written("readings").enabled(); }

  const Value& written(std::string_view key) const { return (*configuration_)["history"][key]; }

  std::shared_ptr<history::Head> makeHead(Parts& parts, bool hasStore) const {
    history::Head::Config config;
    config.retention = durationOf(parts.flags, "history.memory");
    if (hasStore) {
      config.retention = std::max<milliseconds>(config.retention, history::Store::kHeadRetention);
      config.writtenRetention = retention().readings;
    } else if (!keepsReadings() && !parts.flags.given("history.memory")) {
      config.retention = retention().readings;
    }
    config.hasArchive = hasStore;
    config.outOfOrderWindow = written("out_of_order_window").duration();
    config.external = parts.ownLabels;
    const auto head = std::make_shared<history::Head>(std::move(config));
    addToReadings(
        parts, head,
        [head](const std::shared_ptr<const Snapshot>& reading) { head->take(*reading); },
        Readings::WhenWatched::kAllReadings);
    return head;
  }

  history::Retention retention() const { return retentionOf(*configuration_); }

  std::shared_ptr<history::Store> makeStore(Parts& parts, const std::string& directory,
                                            const std::shared_ptr<history::Head>& head) const {
    history::Store::Config config;
    config.directory = directory;
    config.external = parts.ownLabels;
    config.retention = retention();
    config.log = [log = parts.log](bool isFault, const std::string& message) {
      log(isFault ? LogLevel::kError : LogLevel::kInfo, message);
    };
    const auto store = std::make_shared<history::Store>(std::move(config), head);
    addToReadings(
        parts, store,
        [store](const std::shared_ptr<const Snapshot>& reading) { store->take(reading); },
        Readings::WhenWatched::kBeatsAlone);
    return store;
  }

  template <typename Taker>
  void addToReadings(Parts& parts, const std::shared_ptr<Taker>& taker, Readings::Listener listener,
                     Readings::WhenWatched watched) const {
    if (keepsReadings()) parts.readings.listen(std::move(listener), watched);
    if (!parts.ownMetrics) return;
    parts.readings.add([taker](const Wanted& wanted, Sink& out) {
      if (wanted.everything()) giveFigures(*taker, out);
    });
  }

  const std::shared_ptr<const configuration::Configuration> configuration_;
};

// Queries look for a sample in the last five minutes.
constexpr DurationRange kIntervals{std::chrono::seconds(1), std::chrono::minutes(5)};
constexpr DurationRange kRetentions{std::chrono::nanoseconds(0),
                                    std::chrono::hours(24 * 366 * 100)};

// At least what is between two compactions.
constexpr DurationRange kTiers{history::Store::kHeadRetention};
constexpr IntegerRange kSizes{std::int64_t{1} << 20};

configuration::Key historyBlock() {
  using namespace configuration;
  return mapKey(
      "history",
      {fixed(switchKey("readings", true,
                       "Whether it keeps what this program measures, or only what others write.")),
       mapKey("retention",
              {durationKey("raw", "7d", kTiers, "How long every reading is kept on disk."),
               durationKey("5m", "90d", kTiers, "How long steps of five minutes are."),
               durationKey("1h", "1y", kTiers, "How long steps of an hour are."),
               sizeKey("size", "2GB", kSizes,
                       "How much the history on disk may take; the oldest of the finest tier goes "
                       "first.")},
              "What is kept on disk, with --storage.path."),
       fixed(durationKey("out_of_order_window", "10m", kNotNegative,
                         "How much older than the newest of its series a sample may be that comes "
                         "with a time of its own."))},
      "The history of this host.");
}

const RegisterFeature registered{{
    .name = "history",
    .flags = {durationFlag("history.memory", "1h", kRetentions,
                           "How much of the newest history is kept in memory; 0: no history."),
              durationFlag("history.interval", "15s", kIntervals, "How often a reading is kept.")},
    .blocks = [] { return std::vector{historyBlock()}; },
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      if (parts.flags.duration("history.memory").count() == 0) return nullptr;
      return std::make_unique<HistoryFeature>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
