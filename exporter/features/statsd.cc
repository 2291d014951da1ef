#include <charconv>
#include <memory>
#include <string>

#include "exporter/features/feature.h"
#include "http/ingest/ingest_door.h"
#include "http/ingest/statsd/delivery.h"
#include "http/ingest/statsd/mapping_file.h"
#include "http/ingest/statsd/receiver.h"
#include "metrics/base/errors.h"
#include "metrics/pushed/pushed_metrics.h"

// StatsD by UDP, TCP and a unix socket, with the flags and mapping files of statsd_exporter.

namespace orchestrator_exporter {

namespace {

using http::statsd::Delivery;
using http::statsd::Mapper;
using http::statsd::Receiver;

constexpr std::string_view kProtocol = "statsd";

std::shared_ptr<const Mapper> readMapper(const std::string& path) {
  return std::make_shared<Mapper>(path.empty() ? http::statsd::Mappings{}
                                               : http::statsd::readMappings(path));
}

mode_t fileMode(const std::string& text) {
  unsigned mode = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  if (error != std::errc{} || end != text.data() + text.size() || mode > 0777) {
    throw StartError("--statsd.unixsocket-mode: expected a mode as 755, got '" + text + "'");
  }
  return mode;
}

Receiver::Config receiverConfig(const Flags& flags) {
  Receiver::Config config;
  config.udp = flags.text("statsd.listen-udp");
  config.tcp = flags.text("statsd.listen-tcp");
  config.unixgram = flags.text("statsd.listen-unixgram");
  config.unixgramMode = fileMode(flags.text("statsd.unixsocket-mode"));
  const auto bytes = flags.integer("statsd.read-buffer");
  if (bytes > 0) config.bufferBytes = static_cast<int>(bytes);
  return config;
}

class Statsd final : public Feature {
 public:
  explicit Statsd(Parts& parts)
      : delivery_(parts.ingest.store(), statistics_, deliveryConfig(parts), firstMapper(parts)) {
    statistics_.countSeriesBy([&store = parts.ingest.store()] {
      std::map<std::string, std::size_t> counts;
      for (const auto& [word, type] :
           {std::pair("counter", MetricType::kCounter), std::pair("gauge", MetricType::kGauge),
            std::pair("histogram", MetricType::kHistogram),
            std::pair("summary", MetricType::kSummary)}) {
        counts[word] = store.seriesCount(kProtocol, type);
      }
      return counts;
    });
    parts.readings.add(statistics_, Readings::WhenParted::kGiven);
    const std::string& path = parts.flags.text("statsd.mapping-config");
    if (!path.empty()) parts.reloads.add([this, path] { return reloaded(path); });
    start(parts);
  }

 private:
  static Delivery::Config deliveryConfig(const Parts& parts) {
    const Flags& flags = parts.flags;
    Delivery::Config config;
    config.dialects = {.dogStatsd = flags.enabled("statsd.parse-dogstatsd-tags"),
                       .influxDb = flags.enabled("statsd.parse-influxdb-tags"),
                       .librato = flags.enabled("statsd.parse-librato-tags"),
                       .signalFx = flags.enabled("statsd.parse-signalfx-tags")};
    config.cacheSize = static_cast<std::size_t>(flags.integer("statsd.cache-size"));
    config.ended = [&all = parts.ingest.statistics()](PushResult result) {
      all.countPoints(kProtocol, {.accepted = result == PushResult::kAccepted,
                                  .duplicate = result == PushResult::kDuplicate,
                                  .rejected = result == PushResult::kRejected,
                                  .overflow = result == PushResult::kOverflow});
    };
    return config;
  }

  static std::shared_ptr<const Mapper> firstMapper(const Parts& parts) {
    try {
      return readMapper(parts.flags.text("statsd.mapping-config"));
    } catch (const ParseError& error) {
      throw StartError(std::string("--statsd.mapping-config: ") + error.what());
    }
  }

  std::function<void()> reloaded(const std::string& path) {
    try {
      return [this, mapper = readMapper(path)] {
        delivery_.setMapper(mapper);
        http::statsd::Statistics::add(statistics_.reloads);
      };
    } catch (const ParseError&) {
      http::statsd::Statistics::add(statistics_.failedReloads);
      throw;
    }
  }

  void start(const Parts& parts) {
    try {
      receiver_.emplace(receiverConfig(parts.flags), delivery_, statistics_);
    } catch (const StartError&) {
      throw;
    } catch (const std::runtime_error& error) {
      throw StartError(std::string("--statsd: ") + error.what());
    }
  }

  http::statsd::Statistics statistics_;
  Delivery delivery_;
  std::optional<Receiver> receiver_;  // last: uses the others
};

const RegisterFeature statsd{{
    .name = "statsd",
    .flags = {textFlag("statsd.listen-udp", "", "Take StatsD by UDP at host:port; empty: off."),
              textFlag("statsd.listen-tcp", "", "Take StatsD by TCP at host:port; empty: off."),
              textFlag("statsd.listen-unixgram", "",
                       "Take StatsD by datagrams of a unix socket with this path; empty: off."),
              textFlag("statsd.unixsocket-mode", "755", "Mode of the unix socket's file."),
              textFlag("statsd.mapping-config", "", "Mapping file, as statsd_exporter's."),
              integerFlag(
                  "statsd.read-buffer", 0, {0, 1 << 30},
                  "Bytes of datagrams that the kernel keeps until they are read; 0: 8 MiB."),
              integerFlag("statsd.cache-size", 10'000, kCount,
                          "Kinds of lines whose series are remembered."),
              switchFlag("statsd.parse-dogstatsd-tags", true, "Understand tags of DogStatsD."),
              switchFlag("statsd.parse-influxdb-tags", true, "Understand tags of InfluxDB."),
              switchFlag("statsd.parse-librato-tags", true, "Understand tags of Librato."),
              switchFlag("statsd.parse-signalfx-tags", true, "Understand tags of SignalFx.")},
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      const Flags& flags = parts.flags;
      const bool isOn = !flags.text("statsd.listen-udp").empty() ||
                        !flags.text("statsd.listen-tcp").empty() ||
                        !flags.text("statsd.listen-unixgram").empty();
      if (!isOn) return nullptr;
      return std::make_unique<Statsd>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
