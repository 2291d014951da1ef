#include "exporter/features/feature.h"
#include "metrics/history/head.h"

// What was, kept in memory: the newest hour of all readings.

namespace orchestrator_exporter {

namespace {

using std::chrono::milliseconds;

// The head's own figures, on /metrics and so in the head.
void giveFigures(const history::Head& head, Sink& out) {
  const history::Head::Figures figures = head.figures();
  out.gauge("orchestrator_exporter_history_bytes", "Bytes that the history takes, by its places.",
            "bytes")
      .add(static_cast<double>(figures.bytes), {{"place", "memory"}});
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

class HistoryInMemory final : public Feature {
 public:
  explicit HistoryInMemory(Parts& parts) {
    history::Head::Config config;
    config.retention = durationOf(parts.flags, "history.memory");
    config.external = parts.ownLabels;
    const auto head = std::make_shared<history::Head>(std::move(config));
    parts.history = head;
    parts.readings.setInterval(durationOf(parts.flags, "history.interval"));
    parts.readings.listen(
        [head](const std::shared_ptr<const Snapshot>& reading) { head->take(reading); });
    if (!parts.ownMetrics) return;
    parts.readings.add([head](const Wanted& wanted, Sink& out) {
      if (wanted.everything()) giveFigures(*head, out);
    });
  }

 private:
  static milliseconds durationOf(const Flags& flags, std::string_view name) {
    return std::chrono::round<milliseconds>(flags.duration(name));
  }
};

// Queries look for a sample in the last five minutes.
constexpr DurationRange kIntervals{std::chrono::seconds(1), std::chrono::minutes(5)};
constexpr DurationRange kRetentions{std::chrono::nanoseconds(0), std::chrono::hours(24 * 366)};

const RegisterFeature inMemory{{
    .name = "history",
    .flags = {durationFlag("history.memory", "1h", kRetentions,
                           "How much of the newest history is kept in memory; 0: no history."),
              durationFlag("history.interval", "15s", kIntervals, "How often a reading is kept.")},
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      if (parts.flags.duration("history.memory").count() == 0) return nullptr;
      return std::make_unique<HistoryInMemory>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
