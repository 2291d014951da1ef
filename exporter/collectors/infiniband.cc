#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"
#include "exporter/host/pattern.h"
#include "exporter/kernel/attribute.h"
#include "exporter/kernel/literal.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDirectory = "sys/class/infiniband";
// Some adapters and ports refuse single counters, a few by calling them invalid.
constexpr std::initializer_list<int> kNotTold = {EACCES, EPERM,  EOPNOTSUPP, EINVAL,
                                                 EISDIR, ENODEV, ENODATA};
constexpr char kIncludeFlag[] = "collector.infiniband.device-include";
constexpr char kExcludeFlag[] = "collector.infiniband.device-exclude";

// Documentation/ABI/stable/sysfs-class-infiniband of the kernel.
struct Counter {
  std::string_view file;
  std::string_view family;
  std::string_view help;
  // The file counts words of 32 bits, one for each of four lanes.
  bool words = false;
};

constexpr Counter kCounters[] = {
    {"VL15_dropped", "node_infiniband_vl15_dropped_total",
     "Management packets dropped because buffers ran out."},
    {"excessive_buffer_overrun_errors", "node_infiniband_excessive_buffer_overrun_errors_total",
     "Buffer overruns that followed each other and passed the threshold."},
    {"link_downed", "node_infiniband_link_downed_total",
     "Times that the link failed to recover and went down."},
    {"link_error_recovery", "node_infiniband_link_error_recovery_total",
     "Times that the link recovered from an error."},
    {"local_link_integrity_errors", "node_infiniband_local_link_integrity_errors_total",
     "Times that errors on the local link passed the threshold."},
    {"multicast_rcv_packets", "node_infiniband_multicast_packets_received_total",
     "Multicast packets received, those in error too."},
    {"multicast_xmit_packets", "node_infiniband_multicast_packets_transmitted_total",
     "Multicast packets sent, those in error too."},
    {"port_rcv_constraint_errors", "node_infiniband_port_constraint_errors_received_total",
     "Received packets that a constraint discarded."},
    {"port_rcv_data", "node_infiniband_port_data_received_bytes_total", "Bytes received.", true},
    {"port_rcv_discards", "node_infiniband_port_discards_received_total",
     "Received packets discarded."},
    {"port_rcv_errors", "node_infiniband_port_errors_received_total",
     "Received packets with an error."},
    {"port_rcv_packets", "node_infiniband_port_packets_received_total",
     "Packets received, those in error too."},
    {"port_rcv_remote_physical_errors", "node_infiniband_port_receive_remote_physical_errors_total",
     "Received packets that another port had marked as bad."},
    {"port_rcv_switch_relay_errors", "node_infiniband_port_receive_switch_relay_errors_total",
     "Received packets that the switch could not pass on."},
    {"port_xmit_constraint_errors", "node_infiniband_port_constraint_errors_transmitted_total",
     "Packets not sent because of a constraint."},
    {"port_xmit_data", "node_infiniband_port_data_transmitted_bytes_total", "Bytes sent.", true},
    {"port_xmit_discards", "node_infiniband_port_discards_transmitted_total",
     "Packets discarded instead of sent, because the port was down or congested."},
    {"port_xmit_packets", "node_infiniband_port_packets_transmitted_total",
     "Packets sent, those in error too."},
    {"port_xmit_wait", "node_infiniband_port_transmit_wait_total",
     "Ticks during which there was data to send and nothing was sent."},
    {"symbol_error", "node_infiniband_symbol_error_total", "Minor link errors on a lane."},
    {"unicast_rcv_packets", "node_infiniband_unicast_packets_received_total",
     "Unicast packets received, those in error too."},
    {"unicast_xmit_packets", "node_infiniband_unicast_packets_transmitted_total",
     "Unicast packets sent, those in error too."},
};

constexpr Counter kLegacyCounters[] = {
    {"port_multicast_rcv_packets", "node_infiniband_legacy_multicast_packets_received_total",
     "Multicast packets received, by the extended counter of older drivers."},
    {"port_multicast_xmit_packets", "node_infiniband_legacy_multicast_packets_transmitted_total",
     "Multicast packets sent, by the extended counter of older drivers."},
    {"port_rcv_data_64", "node_infiniband_legacy_data_received_bytes_total",
     "Bytes received, by the extended counter of older drivers.", true},
    {"port_rcv_packets_64", "node_infiniband_legacy_packets_received_total",
     "Packets received, by the extended counter of older drivers."},
    {"port_unicast_rcv_packets", "node_infiniband_legacy_unicast_packets_received_total",
     "Unicast packets received, by the extended counter of older drivers."},
    {"port_unicast_xmit_packets", "node_infiniband_legacy_unicast_packets_transmitted_total",
     "Unicast packets sent, by the extended counter of older drivers."},
    {"port_xmit_data_64", "node_infiniband_legacy_data_transmitted_bytes_total",
     "Bytes sent, by the extended counter of older drivers.", true},
    {"port_xmit_packets_64", "node_infiniband_legacy_packets_transmitted_total",
     "Packets sent, by the extended counter of older drivers."},
};

constexpr std::string_view kLifespan = "node_infiniband_lifespan_seconds";

constexpr Counter kHardwareCounters[] = {
    {"duplicate_request", "node_infiniband_duplicate_requests_packets_total",
     "Packets of requests that came again."},
    {"implied_nak_seq_err", "node_infiniband_implied_nak_seq_errors_total",
     "Answers whose sequence number was beyond the one expected."},
    {"lifespan", kLifespan, "Shortest time between two readings of the hardware's counters."},
    {"local_ack_timeout_err", "node_infiniband_local_ack_timeout_errors_total",
     "Times that the sender's timer for an acknowledgement ran out."},
    {"np_cnp_sent", "node_infiniband_np_cnp_packets_sent_total", "Congestion notifications sent."},
    {"np_ecn_marked_roce_packets", "node_infiniband_np_ecn_marked_roce_packets_received_total",
     "RoCE packets received with a mark of congestion on their way."},
    {"out_of_buffer", "node_infiniband_out_of_buffer_drops_total",
     "Packets dropped because no receive buffer was posted."},
    {"out_of_sequence", "node_infiniband_out_of_sequence_packets_received_total",
     "Packets received out of sequence."},
    {"packet_seq_err", "node_infiniband_packet_sequence_errors_total",
     "Refusals received because a packet was out of sequence."},
    {"req_cqe_error", "node_infiniband_req_cqes_errors_total",
     "Completions with an error as the requester."},
    {"req_cqe_flush_error", "node_infiniband_req_cqes_flush_errors_total",
     "Completions flushed with an error as the requester."},
    {"req_remote_access_errors", "node_infiniband_req_remote_access_errors_total",
     "Refusals of access that the requester met."},
    {"req_remote_invalid_request", "node_infiniband_req_remote_invalid_request_errors_total",
     "Requests that the other side called invalid."},
    {"resp_cqe_error", "node_infiniband_resp_cqes_errors_total",
     "Completions with an error as the responder."},
    {"resp_cqe_flush_error", "node_infiniband_resp_cqes_flush_errors_total",
     "Completions flushed with an error as the responder."},
    {"resp_local_length_error", "node_infiniband_resp_local_length_errors_total",
     "Lengths that the responder found wrong."},
    {"resp_remote_access_errors", "node_infiniband_resp_remote_access_errors_total",
     "Requests to which the responder refused access."},
    {"rnr_nak_retry_err", "node_infiniband_rnr_nak_retry_packets_received_total",
     "Refusals received because the other side was not ready."},
    {"roce_adp_retrans", "node_infiniband_roce_adp_retransmits_total",
     "Adaptive retransmissions of RoCE traffic."},
    {"roce_adp_retrans_to", "node_infiniband_roce_adp_retransmits_timeout_total",
     "Times that RoCE traffic ran into its time limit because of adaptive retransmission."},
    {"roce_slow_restart", "node_infiniband_roce_slow_restart_used_total",
     "Times that RoCE slow restart was used."},
    {"roce_slow_restart_cnps", "node_infiniband_roce_slow_restart_cnps_total",
     "Congestion notifications that RoCE slow restart made."},
    {"roce_slow_restart_trans", "node_infiniband_roce_slow_restart_total",
     "Times that RoCE slow restart changed its state to slow."},
    {"rp_cnp_handled", "node_infiniband_rp_cnp_packets_handled_total",
     "Congestion notifications that were heeded by slowing down."},
    {"rp_cnp_ignored", "node_infiniband_rp_cnp_ignored_packets_received_total",
     "Congestion notifications received and not heeded."},
    {"rx_atomic_requests", "node_infiniband_rx_atomic_requests_total",
     "Requests for atomic operations received."},
    {"rx_dct_connect", "node_infiniband_rx_dct_connect_requests_total",
     "Requests to connect a dynamic transport received."},
    {"rx_icrc_encapsulated", "node_infiniband_rx_icrc_encapsulated_errors_total",
     "RoCE packets received with a wrong checksum."},
    {"rx_read_requests", "node_infiniband_rx_read_requests_total", "Requests to read received."},
    {"rx_write_requests", "node_infiniband_rx_write_requests_total", "Requests to write received."},
};

// The number before the colon of `4: ACTIVE`.
std::uint64_t parseState(std::string_view path, std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto value = parseUnsigned(trim(text.substr(0, colon)));
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos ||
      !value || *value > std::numeric_limits<std::uint32_t>::max()) {
    throw ParseError(path, 1, "a number, a colon and a name", text);
  }
  return *value;
}

// `40 Gb/sec (4X QDR)` in bytes a second.
std::uint64_t parseRate(std::string_view path, std::string_view text) {
  constexpr double kBytesPerGigabit = 125'000'000;
  const std::size_t space = text.find(' ');
  // Single precision, so that 25.78 comes out as it does in node_exporter.
  float gigabits = 0;
  const char* const end = text.data() + std::min(space, text.size());
  const auto [stop, error] = std::from_chars(text.data(), end, gigabits);
  const double bytes = static_cast<double>(gigabits) * kBytesPerGigabit;
  if (space == std::string_view::npos || error != std::errc{} || stop != end || !(bytes >= 0) ||
      bytes >= 0x1p64) {
    throw ParseError(path, 1, "a rate in Gb/sec", text);
  }
  return static_cast<std::uint64_t>(bytes);
}

// Of an attribute of a port.
struct PortAttribute {
  std::string_view file;
  std::uint64_t (*parse)(std::string_view path, std::string_view text);
  std::string_view family;
  std::string_view help;
};

constexpr PortAttribute kPortAttributes[] = {
    {"/state", parseState, "node_infiniband_state_id",
     "State of the logical link: 0 no change, 1 down, 2 init, 3 armed, 4 active, "
     "5 active but deferred."},
    {"/phys_state", parseState, "node_infiniband_physical_state_id",
     "State of the physical link: 0 no change, 1 sleep, 2 polling, 3 disabled, "
     "4 shift, 5 up, 6 recovering from an error, 7 test."},
    {"/rate", parseRate, "node_infiniband_rate_bytes_per_second", "Highest rate of the link."},
};

// Which counters a directory of a port has.
struct CounterDirectory {
  std::string_view name;
  std::span<const Counter> counters;
};

constexpr CounterDirectory kCounterDirectories[] = {
    {"/counters", kCounters},
    {"/counters_ext", kLegacyCounters},
    {"/hw_counters", kHardwareCounters},
};

class Infiniband final : public Collector {
 public:
  explicit Infiniband(const Flags& flags)
      : devices_(NameFilter::fromFlags(flags, kIncludeFlag, kExcludeFlag)) {}

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto names = kernel.list(kDirectory);
    if (!names) throw NoData{};
    for (const std::string_view name : *names) {
      if (!devices_.takes(name)) continue;
      // It may have gone since it was listed.
      const std::string_view directory = kernel.path(kDirectory, "/", name);
      if (kernel.exists(directory)) giveDevice(kernel, name, directory, out);
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  // Drivers need not have all of the attributes.
  void giveDevice(Kernel& kernel, std::string_view device, std::string_view directory, Sink& out) {
    AttributeReader reader(kernel, complaints_);
    const auto text = [&](std::string_view file) {
      return reader.text(kernel.path(directory, file)).value_or("");
    };
    out.gauge("node_infiniband_info", "What an InfiniBand device is.")
        .add(1, {{"board_id", text("/board_id")},
                 {"device", device},
                 {"firmware_version", text("/fw_ver")},
                 {"hca_type", text("/hca_type")}});
    complaints_.attempt([&] {
      const std::string_view ports = kernel.path(directory, "/ports");
      const auto names = kernel.list(ports);
      if (!names) return;
      for (const std::string_view name : *names) {
        complaints_.attempt([&] { givePort(kernel, device, ports, name, out); });
      }
    });
  }

  void givePort(Kernel& kernel, std::string_view device, std::string_view ports,
                std::string_view name, Sink& out) {
    const auto number = parseUnsigned(name);
    if (!number || *number > std::numeric_limits<std::uint32_t>::max()) {
      throw ParseError(ports, 0, "the number of a port", name);
    }
    const std::string port = std::to_string(*number);
    const std::initializer_list<Label> labels{{"device", device}, {"port", port}};
    const std::string_view directory = kernel.path(ports, "/", name);
    for (const PortAttribute& attribute : kPortAttributes) {
      complaints_.attempt([&] {
        const std::string_view path = kernel.path(directory, attribute.file);
        const auto file = kernel.read(path, kNotTold);
        if (!file) return;
        out.gauge(attribute.family, attribute.help)
            .add(static_cast<double>(attribute.parse(path, file->text)), labels);
      });
    }
    // Where the usual counters are not, node_exporter takes no extended ones either.
    const bool hasUsual = kernel.exists(kernel.path(directory, "/counters"));
    for (const CounterDirectory& counters : kCounterDirectories) {
      if (!hasUsual && counters.name == "/counters_ext") continue;
      complaints_.attempt([&] {
        giveCounters(kernel, kernel.path(directory, counters.name), counters.counters, labels, out);
      });
    }
  }

  void giveCounters(Kernel& kernel, std::string_view directory, std::span<const Counter> counters,
                    std::initializer_list<Label> labels, Sink& out) {
    const auto files = kernel.list(directory);
    if (!files) return;
    for (const std::string_view file : *files) {
      for (const Counter& counter : counters) {
        if (counter.file != file) continue;
        complaints_.attempt(
            [&] { giveCounter(kernel, kernel.path(directory, "/", file), counter, labels, out); });
      }
    }
  }

  static void giveCounter(Kernel& kernel, std::string_view path, const Counter& counter,
                          std::initializer_list<Label> labels, Sink& out) {
    const auto text = readAttribute(kernel, path, kNotTold);
    if (!text || text->find("N/A (no PMA)") != std::string_view::npos) return;
    const auto value = parseUnsignedLiteral(*text);
    if (!value) throw ParseError(path, 1, "a whole number of at most 64 bits", *text);
    if (counter.family == kLifespan) {
      out.gauge(kLifespan, counter.help).add(static_cast<double>(*value / 1000), labels);
    } else {
      out.counter(counter.family, counter.help)
          .add(static_cast<double>(counter.words ? *value * 4 : *value), labels);
    }
  }

  NameFilter devices_;
  Complaints complaints_;
};

void declareFamilies(Sink& out) {
  for (const PortAttribute& attribute : kPortAttributes) {
    out.gauge(attribute.family, attribute.help);
  }
  for (const std::span<const Counter> counters :
       {std::span<const Counter>(kCounters), std::span<const Counter>(kLegacyCounters),
        std::span<const Counter>(kHardwareCounters)}) {
    for (const Counter& counter : counters) out.counter(counter.family, counter.help);
  }
  out.gauge(kLifespan, "Shortest time between two readings of the hardware's counters.");
}

const RegisterCollector<Infiniband> infiniband{
    {.name = "infiniband",
     .flags = {patternFlag(kIncludeFlag, "", "Regular expression of the devices to give."),
               patternFlag(kExcludeFlag, "", "Regular expression of the devices to leave out.")},
     .reads = "sys/class/infiniband/<device>/, ports/<n>/{counters,counters_ext,hw_counters}",
     .generates = declareFamilies}};

}  // namespace

}  // namespace orchestrator_exporter
