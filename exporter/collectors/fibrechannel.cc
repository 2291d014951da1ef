#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"
#include "exporter/host/known_value.h"

namespace orchestrator_exporter {

namespace {

struct Statistic {
  std::string_view file;
  std::string_view family;
  std::string_view help;
};

constexpr std::array kStatistics = {
    Statistic{"dumped_frames", "node_fibrechannel_dumped_frames_total", "Frames dumped."},
    Statistic{"error_frames", "node_fibrechannel_error_frames_total", "Frames in error."},
    Statistic{"fcp_packet_aborts", "node_fibrechannel_fcp_packet_aborts_total",
              "SCSI commands over Fibre Channel that were aborted."},
    Statistic{"invalid_crc_count", "node_fibrechannel_invalid_crc_total",
              "Frames with a wrong checksum."},
    Statistic{"invalid_tx_word_count", "node_fibrechannel_invalid_tx_words_total",
              "Transmission words that cannot be decoded."},
    Statistic{"link_failure_count", "node_fibrechannel_link_failure_total",
              "Failures of the link."},
    Statistic{"loss_of_signal_count", "node_fibrechannel_loss_of_signal_total",
              "Times that the signal was lost."},
    Statistic{"loss_of_sync_count", "node_fibrechannel_loss_of_sync_total",
              "Times that synchronisation was lost."},
    Statistic{"nos_count", "node_fibrechannel_nos_total",
              "Not-operational sequences received (NOS)."},
    Statistic{"rx_frames", "node_fibrechannel_rx_frames_total", "Frames received."},
    Statistic{"rx_words", "node_fibrechannel_rx_words_total", "Words of four bytes received."},
    Statistic{"seconds_since_last_reset", "node_fibrechannel_seconds_since_last_reset_total",
              "Time since these statistics began again."},
    Statistic{"tx_frames", "node_fibrechannel_tx_frames_total", "Frames sent."},
    Statistic{"tx_words", "node_fibrechannel_tx_words_total", "Words of four bytes sent."},
};

constexpr std::array<std::string_view, 10> kAttributes = {
    "dev_loss_tmo", "fabric_name", "port_id",           "port_name",        "port_state",
    "port_type",    "speed",       "supported_classes", "supported_speeds", "symbolic_name"};

class Fibrechannel final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto names = kernel.list("sys/class/fc_host");
    if (!names) throw NoData{};
    for (const std::string_view name : *names) {
      // It may have gone since it was listed.
      const std::string_view directory = kernel.path("sys/class/fc_host/", name, "/");
      if (kernel.exists(directory)) giveHost(kernel, name, directory, out);
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  void giveHost(Kernel& kernel, std::string_view host, std::string_view directory, Sink& out) {
    AttributeReader reader(kernel, complaints_);
    std::string_view state;
    std::vector<Label> labels{{"fc_host", host}};
    for (const std::string_view attribute : kAttributes) {
      const std::string_view text = reader.text(kernel.path(directory, attribute)).value_or("");
      if (attribute == "port_state") state = text;
      labels.push_back({attribute, withoutPrefix(attribute, text)});
    }
    out.gauge("node_fibrechannel_info", "What a Fibre Channel host is and where it is connected.")
        .add(1, labels);
    // Drivers fill the statistics of a port only while they know its state.
    if (state == "Unknown") return;
    for (const Statistic& statistic : kStatistics) {
      const auto value =
          readStatistic(reader, kernel.path(directory, "statistics/", statistic.file));
      addIfKnown(out.counter(statistic.family, statistic.help), value, {{"fc_host", host}});
    }
  }

  // Addresses and names are given without their 0x.
  static std::string_view withoutPrefix(std::string_view attribute, std::string_view text) {
    const bool number =
        attribute == "port_id" || attribute == "port_name" || attribute == "fabric_name";
    return number && text.size() > 2 ? text.substr(2) : text;
  }

  static std::optional<std::uint64_t> readStatistic(AttributeReader& reader,
                                                    std::string_view path) {
    // What a driver does not count, it gives as -1.
    constexpr std::uint64_t kNotCounted = std::numeric_limits<std::uint64_t>::max();
    const auto value = reader.unsignedInteger(path);
    return value == kNotCounted ? std::nullopt : value;
  }

  Complaints complaints_;
};

const RegisterCollector<Fibrechannel> fibrechannel{
    {.name = "fibrechannel",
     .reads = "sys/class/fc_host/host<N>/*, sys/class/fc_host/host<N>/statistics/*"}};

}  // namespace

}  // namespace orchestrator_exporter
