#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/kernel/attribute.h"
#include "exporter/kernel/literal.h"

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
              "Time since these statistics began anew."},
    Statistic{"tx_frames", "node_fibrechannel_tx_frames_total", "Frames sent."},
    Statistic{"tx_words", "node_fibrechannel_tx_words_total", "Words of four bytes sent."},
};

// In the order of the labels of node_fibrechannel_info.
constexpr std::array<std::string_view, 10> kAttributes = {
    "dev_loss_tmo", "fabric_name", "port_id",           "port_name",        "port_state",
    "port_type",    "speed",       "supported_classes", "supported_speeds", "symbolic_name"};

struct Host {
  std::string_view name;
  std::array<std::string_view, kAttributes.size()> attributes{};
  std::array<std::optional<std::uint64_t>, kStatistics.size()> statistics{};
};

class Fibrechannel final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const auto names = kernel.list("sys/class/fc_host");
    if (!names) throw NoData{};
    std::vector<Host> hosts;
    for (const std::string_view name : *names) hosts.push_back(readHost(kernel, name));
    for (const Host& host : hosts) report(host, out);
  }

  static Host readHost(Kernel& kernel, std::string_view name) {
    const std::string_view directory = kernel.path("sys/class/fc_host/", name, "/");
    Host host{.name = name};
    std::string_view state;
    for (std::size_t i = 0; i < kAttributes.size(); ++i) {
      std::string_view text =
          readAttribute(kernel, kernel.path(directory, kAttributes[i])).value_or("");
      if (kAttributes[i] == "port_state") state = text;
      host.attributes[i] = withoutPrefix(kAttributes[i], text);
    }
    // Drivers fill the statistics of a port only while they know its state.
    if (state.empty() || state == "Unknown") {
      host.statistics.fill(0);
    } else {
      for (std::size_t i = 0; i < kStatistics.size(); ++i) {
        host.statistics[i] =
            readStatistic(kernel, kernel.path(directory, "statistics/", kStatistics[i].file));
      }
    }
    return host;
  }

  // Addresses and names are given without their 0x.
  static std::string_view withoutPrefix(std::string_view attribute, std::string_view text) {
    const bool number =
        attribute == "port_id" || attribute == "port_name" || attribute == "fabric_name";
    return number && text.size() > 2 ? text.substr(2) : text;
  }

  static std::optional<std::uint64_t> readStatistic(Kernel& kernel, std::string_view path) {
    // What a driver does not count, it gives as -1.
    constexpr std::uint64_t kNotCounted = std::numeric_limits<std::uint64_t>::max();
    const auto text = readAttribute(kernel, path, {EISDIR});
    if (!text) return std::nullopt;
    const auto value = parseUnsignedLiteral(*text);
    if (!value) throw ParseError(path, 1, "a hexadecimal number of at most 64 bits", *text);
    return *value == kNotCounted ? std::nullopt : value;
  }

  static void report(const Host& host, Sink& out) {
    std::vector<Label> labels;
    for (std::size_t i = 0; i < kAttributes.size(); ++i) {
      labels.push_back({kAttributes[i], host.attributes[i]});
    }
    labels.push_back({"fc_host", host.name});
    out.gauge("node_fibrechannel_info", "What a Fibre Channel host is and where it is connected.")
        .add(1, labels);
    for (std::size_t i = 0; i < kStatistics.size(); ++i) {
      if (!host.statistics[i]) continue;
      out.counter(kStatistics[i].family, kStatistics[i].help)
          .add(static_cast<double>(*host.statistics[i]), {{"fc_host", host.name}});
    }
  }
};

const RegisterCollector<Fibrechannel> fibrechannel{
    {.name = "fibrechannel",
     .reads = "sys/class/fc_host/host<N>/*, sys/class/fc_host/host<N>/statistics/*"}};

}  // namespace

}  // namespace orchestrator_exporter
