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
#include "exporter/host/complaints.h"
#include "exporter/kernel/network/address_text.h"

namespace orchestrator_exporter {

namespace {

constexpr char kLabelsFlag[] = "collector.ipvs.backend-labels";
constexpr std::array<std::string_view, 6> kLabels = {
    "local_address", "local_port", "remote_address", "remote_port", "proto", "local_mark"};
using LabelValues = std::array<std::string, kLabels.size()>;  // empty where not wanted

// The columns of the totals.
struct Total {
  std::string_view family;
  std::string_view help;
};

constexpr std::array kTotals = {
    Total{"node_ipvs_connections_total", "Connections made."},
    Total{"node_ipvs_incoming_packets_total", "Packets received."},
    Total{"node_ipvs_outgoing_packets_total", "Packets sent."},
    Total{"node_ipvs_incoming_bytes_total", "Bytes received."},
    Total{"node_ipvs_outgoing_bytes_total", "Bytes sent."},
};

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

// Whether this is the row of totals: numbers, if perhaps with something else among them.
bool isTotals(const Row& row) { return row.find(0) && parseUnsigned(row.word(0), 16); }

class Ipvs final : public Collector {
 public:
  explicit Ipvs(const Flags& flags) : wanted_(wantedLabels(flags.text(kLabelsFlag))) {}

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto read = [&](std::string_view path) {
      return complaints_.valueOf([&] { return kernel.read(path); });
    };
    const auto statistics = read("proc/net/ip_vs_stats");
    const auto services = read("proc/net/ip_vs");
    bool given = false;
    if (statistics) given |= complaints_.attempt([&] { giveTotals(*statistics, out); });
    if (services) given |= complaints_.attempt([&] { giveBackends(*services, out); });
    complaints_.failIf(!given);
    if (!given) throw NoData{};
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  // Rows of headers, the row of totals, and below further headers the row of rates.
  static void giveTotals(const KernelFile& file, Sink& out) {
    constexpr std::string_view kRates = "Conns/s";
    for (const Row& row : file.rows()) {
      if (row.find(0) == kRates) throw row.error("a row of totals above", row.text());
      if (!isTotals(row)) continue;
      // A row without its line end is cut off, and so may its last number be.
      if (row.size() < kTotals.size() || file.text.ends_with(row.text())) {
        throw row.error("five columns and a line end", row.text());
      }
      std::array<double, kTotals.size()> totals{};
      for (std::size_t i = 0; i < totals.size(); ++i) {
        totals[i] = static_cast<double>(row.hexadecimal(i));
      }
      for (std::size_t i = 0; i < totals.size(); ++i) {
        out.counter(kTotals[i].family, kTotals[i].help).add(totals[i]);
      }
      return;
    }
    throw ParseError(file.path, 0, "expected a row of totals");
  }

  void giveBackends(const KernelFile& file, Sink& out) {
    for (const auto& [values, totals] : readBackends(file)) {
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

  // A virtual service, and what tells it.
  struct Service {
    std::string proto;
    std::string mark;
    Endpoint local;
  };

  // Rows of real servers (`-> address:port forward weight active inactive`) below the row of their
  // virtual service (`TCP address:port …` or `FWM mark …`). Servers with equal labels are summed.
  std::map<LabelValues, Totals> readBackends(const KernelFile& file) {
    std::map<LabelValues, Totals> backends;
    std::optional<Service> service = Service{};  // nullopt below a row that was not understood
    for (const Row& row : file.rows()) {
      if (row.empty() || isHeader(row)) continue;
      complaints_.attempt([&] {
        if (row.word(0) == "->") {
          if (service) addServer(row, *service, backends);
        } else if (isService(row)) {
          service.reset();
          service = serviceOf(row);
        }
      });
    }
    return backends;
  }

  static bool isHeader(const Row& row) {
    return row.word(0) == "IP" || row.word(0) == "Prot" || row.find(1) == "RemoteAddress:Port";
  }

  static bool isIpProtocol(std::string_view kind) {
    return kind == "TCP" || kind == "UDP" || kind == "SCTP";
  }

  // Whether the row begins a service, be it of a kind that is not known: then it has an address.
  static bool isService(const Row& row) {
    return row.word(0) == "FWM" || isIpProtocol(row.word(0)) ||
           row.find(1).value_or("").find(':') != std::string_view::npos;
  }

  static Service serviceOf(const Row& row) {
    const std::string kind(row.word(0));
    if (kind == "FWM") return {kind, std::string(row.word(1)), {}};
    if (isIpProtocol(kind)) return {kind, {}, endpoint(row, row.word(1))};
    throw row.error("a virtual service", row.text());
  }

  void addServer(const Row& row, const Service& service,
                 std::map<LabelValues, Totals>& backends) const {
    const Endpoint remote = endpoint(row, row.word(1));
    const std::uint64_t weight = row.unsignedInteger(3);
    const std::uint64_t active = row.unsignedInteger(4);
    const std::uint64_t inactive = row.unsignedInteger(5);
    Totals& totals = backends[chosen({service.local.address, service.local.port, remote.address,
                                      remote.port, service.proto, service.mark})];
    totals.weight += weight;
    totals.active += active;
    totals.inactive += inactive;
  }

  LabelValues chosen(LabelValues values) const {
    for (std::size_t i = 0; i < kLabels.size(); ++i) {
      if (!wanted_[i]) values[i].clear();
    }
    return values;
  }

  std::array<bool, kLabels.size()> wanted_;
  Complaints complaints_;
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
