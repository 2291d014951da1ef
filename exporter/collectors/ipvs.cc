#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/kernel/network/address_text.h"

namespace orchestrator_exporter {

namespace {

constexpr char kLabelsFlag[] = "collector.ipvs.backend-labels";
constexpr std::array<std::string_view, 6> kLabels = {
    "local_address", "local_port", "remote_address", "remote_port", "proto", "local_mark"};
using LabelValues = std::array<std::string, kLabels.size()>;  // empty where not wanted

struct Endpoint {
  std::string address;
  std::string port = "0";
};

struct Totals {
  std::uint64_t active = 0;
  std::uint64_t inactive = 0;
  std::uint64_t weight = 0;
};

// `C0A80016:0CEA` or `[2620:0000:…:0001]:0050`, both of a fixed width.
Endpoint endpoint(const Row& row, std::string_view text) {
  constexpr std::size_t kV4Width = 13;
  constexpr std::size_t kV6Width = 46;
  std::array<std::uint8_t, 16> bytes{};
  std::optional<std::string> address;
  if (text.size() == kV4Width) {
    if (const auto value = parseUnsigned(text.substr(0, 8), 16)) {
      const std::uint32_t ordered = htonl(static_cast<std::uint32_t>(*value));
      address = addressText({reinterpret_cast<const std::uint8_t*>(&ordered), sizeof ordered});
    }
  } else if (text.size() == kV6Width) {
    const std::string groups(text.substr(1, kV6Width - 7));
    if (inet_pton(AF_INET6, groups.c_str(), bytes.data()) == 1) address = addressText(bytes);
  }
  const auto port =
      parseUnsigned(text.substr(text.size() - std::min<std::size_t>(4, text.size())), 16);
  if (!address || !port) throw row.error("an IP address and a port", text);
  return {*address, std::to_string(*port)};
}

// The labels that the flag names, in its order of no importance; throws StartError for a wrong
// name.
std::array<bool, kLabels.size()> wantedLabels(std::string_view names) {
  std::array<bool, kLabels.size()> wanted{};
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    const std::string_view name = names.substr(0, comma);
    names.remove_prefix(std::min(comma + 1, names.size()));
    if (name.empty()) continue;
    bool known = false;
    for (std::size_t i = 0; i < kLabels.size(); ++i) {
      if (name == kLabels[i]) wanted[i] = known = true;
    }
    if (!known) {
      throw StartError("--" + std::string(kLabelsFlag) + ": no such label: '" + std::string(name) +
                       "'");
    }
  }
  return wanted;
}

class Ipvs final : public Collector {
 public:
  explicit Ipvs(const Flags& flags) : wanted_(wantedLabels(flags.text(kLabelsFlag))) {}

 private:
  void collect(Kernel& kernel, Sink& out) override {
    reportTotals(kernel, out);
    const auto backends = readBackends(kernel.require("proc/net/ip_vs"));
    for (const auto& [values, totals] : backends) {
      std::vector<Label> labels;
      for (std::size_t i = 0; i < kLabels.size(); ++i) {
        if (wanted_[i]) labels.push_back({kLabels[i], values[i]});
      }
      out.gauge("node_ipvs_backend_connections_active", "Active connections to a real server.")
          .add(static_cast<double>(totals.active), labels);
      out.gauge("node_ipvs_backend_connections_inactive", "Inactive connections to a real server.")
          .add(static_cast<double>(totals.inactive), labels);
      out.gauge("node_ipvs_backend_weight", "Weight of a real server.")
          .add(static_cast<double>(totals.weight), labels);
    }
  }

  // Two rows of headers, then the row of totals; rates follow.
  static void reportTotals(Kernel& kernel, Sink& out) {
    const auto file = kernel.read("proc/net/ip_vs_stats");
    if (!file) throw NoData{};
    constexpr std::size_t kTotalsLine = 3;
    for (const Row& row : file->rows()) {
      if (row.lineNumber() != kTotalsLine) continue;
      // A row without its line end is cut off, and so may its last number be.
      if (row.size() != 5 || file->text.ends_with(row.text())) {
        throw row.error("five columns and a line end", row.text());
      }
      std::array<double, 5> totals{};
      for (std::size_t i = 0; i < totals.size(); ++i) {
        totals[i] = static_cast<double>(row.hexadecimal(i));
      }
      out.counter("node_ipvs_connections_total", "Connections made.").add(totals[0]);
      out.counter("node_ipvs_incoming_packets_total", "Packets received.").add(totals[1]);
      out.counter("node_ipvs_outgoing_packets_total", "Packets sent.").add(totals[2]);
      out.counter("node_ipvs_incoming_bytes_total", "Bytes received.").add(totals[3]);
      out.counter("node_ipvs_outgoing_bytes_total", "Bytes sent.").add(totals[4]);
      return;
    }
    throw ParseError(file->path, kTotalsLine, "a row of totals", "the end of the file");
  }

  // Rows of real servers (`-> address:port forward weight active inactive`) below the row of their
  // virtual service (`TCP address:port …` or `FWM mark …`). Servers with equal labels are summed.
  std::map<LabelValues, Totals> readBackends(const KernelFile& file) const {
    std::map<LabelValues, Totals> backends;
    std::string proto;
    std::string mark;
    Endpoint local;
    for (const Row& row : file.rows()) {
      if (row.empty()) continue;
      const std::string_view kind = row.word(0);
      if (kind == "IP" || kind == "Prot" || row.word(1) == "RemoteAddress:Port") continue;
      if (kind == "TCP" || kind == "UDP") {
        local = endpoint(row, row.word(1));
        proto = kind;
        mark.clear();
      } else if (kind == "FWM") {
        local = {};
        proto = kind;
        mark = row.word(1);
      } else if (kind == "->" && row.size() >= 6) {
        const Endpoint remote = endpoint(row, row.word(1));
        Totals& totals =
            backends[chosen({local.address, local.port, remote.address, remote.port, proto, mark})];
        totals.weight += row.unsignedInteger(3);
        totals.active += row.unsignedInteger(4);
        totals.inactive += row.unsignedInteger(5);
      }
    }
    return backends;
  }

  LabelValues chosen(LabelValues values) const {
    for (std::size_t i = 0; i < kLabels.size(); ++i) {
      if (!wanted_[i]) values[i].clear();
    }
    return values;
  }

  std::array<bool, kLabels.size()> wanted_;
};

const RegisterCollector<Ipvs> ipvs{
    {.name = "ipvs",
     .flags = {textFlag(kLabelsFlag,
                        "local_address,local_port,remote_address,remote_port,proto,local_mark",
                        "Labels to keep of real servers, separated by commas; the figures of those "
                        "with equal labels are added up.")},
     .reads = "proc/net/ip_vs_stats, proc/net/ip_vs"}};

}  // namespace

}  // namespace orchestrator_exporter
