#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/pattern.h"
#include "exporter/kernel/ip_octets.h"

namespace orchestrator_exporter {

namespace {

constexpr char kFieldsFlag[] = "collector.netstat.fields";
constexpr char kDefaultFields[] =
    "^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)|"
    "TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)|"
    "Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|"
    "Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$";

struct Field {
  std::size_t column = 0;
  std::string family = {};
  std::string help = {};
  std::optional<double> IpOctets::*octets = nullptr;  // that it is, if it is one
};

// What is wanted of one header row, or of one row of proc/net/snmp6. Headers do not change while
// the kernel runs, so names are built and matched once, and again only where the text differs.
struct Layout {
  std::string text;
  std::string protocol;
  std::size_t columns = 0;
  std::vector<Field> wanted;
};

struct Reading {
  const Field* field;
  double value;
};

class Netstat final : public Collector {
 public:
  explicit Netstat(const Flags& flags) : fields_(kFieldsFlag, flags.text(kFieldsFlag)) {}

 private:
  void collect(Kernel& kernel, Sink& out) override {
    readings_.clear();
    complaints_.clear();
    constexpr auto kEnd = Kernel::End::kShortAnswer;
    complaints_.attempt([&] { readPairs(kernel.require("proc/net/netstat", kEnd), netstat_); });
    complaints_.attempt([&] { readPairs(kernel.require("proc/net/snmp", kEnd), snmp_); });
    // Missing where IPv6 is off.
    complaints_.attempt([&] {
      if (const auto file = kernel.read("proc/net/snmp6", {}, kEnd)) readSnmp6(*file);
    });
    complaints_.failIf(readings_.empty());

    // Backwards, because of a field that comes twice the last one counts, and a sink takes the
    // first.
    IpOctets octets;
    for (auto reading = readings_.rbegin(); reading != readings_.rend(); ++reading) {
      const Field& field = *reading->field;
      out.untyped(field.family, field.help).add(reading->value);
      if (field.octets != nullptr) octets.*field.octets = reading->value;
    }
    if (octets.received && octets.sent && kernel.readsRunningKernel()) {
      shareIpOctets(kernel, octets);
    }
  }

  std::string complaint() const override { return complaints_.text(); }

  // Pairs of rows: names and, below them, values, both led by the protocol and a colon.
  void readPairs(const KernelFile& file, std::deque<Layout>& layouts) {
    headers_.clear();
    std::size_t pair = 0;
    for (const Row& row : file.rows()) {
      const std::string_view protocol = row.find(0).value_or("");
      if (!protocol.ends_with(':')) continue;
      const auto header = std::find_if(headers_.begin(), headers_.end(),
                                       [&](const Row& names) { return names.word(0) == protocol; });
      if (header == headers_.end()) {
        headers_.emplace_back(file.path, row.lineNumber(), row.text());
      } else {
        const Layout& layout = pairLayout(at(layouts, pair++), *header);
        headers_.erase(header);
        readValues(layout, row);
      }
    }
    for (const Row& row : headers_) {
      complaints_.add(row.error("values of the same protocol below", row.text()).what());
    }
  }

  void readValues(const Layout& layout, const Row& values) {
    complaints_.attempt([&] {
      if (values.size() != layout.columns) {
        throw values.error("as many values as names above", values.text());
      }
      for (const Field& field : layout.wanted) readField(field, values);
    });
  }

  void readField(const Field& field, const Row& row) {
    complaints_.attempt([&] { readings_.push_back({&field, row.number(field.column)}); });
  }

  // Rows of name and value; the name holds the protocol up to its first 6.
  void readSnmp6(const KernelFile& file) {
    std::size_t index = 0;
    for (const Row& row : file.rows()) {
      if (!row.find(1)) continue;
      const Layout& layout = lineLayout(at(snmp6_, index++), row.word(0));
      for (const Field& field : layout.wanted) readField(field, row);
    }
  }

  const Layout& pairLayout(Layout& layout, const Row& header) const {
    if (layout.text == header.text() && layout.columns != 0) return layout;
    layout = {std::string(header.text()), std::string(header.word(0)), header.size(), {}};
    const std::string_view protocol =
        std::string_view(layout.protocol).substr(0, layout.protocol.size() - 1);
    for (std::size_t column = 1; column < layout.columns; ++column) {
      want(layout, column, protocol, header.word(column));
    }
    return layout;
  }

  const Layout& lineLayout(Layout& layout, std::string_view name) const {
    if (layout.text == name) return layout;
    layout = {std::string(name), {}, 2, {}};
    const std::size_t six = name.find('6');
    if (six != std::string_view::npos) {
      want(layout, 1, name.substr(0, six + 1), name.substr(six + 1));
    }
    return layout;
  }

  void want(Layout& layout, std::size_t column, std::string_view protocol,
            std::string_view name) const {
    std::string key(protocol);
    key += '_';
    key += name;
    if (!fields_.matches(key)) return;
    Field field{column, "node_netstat_" + key,
                "Statistic " + std::string(name) + " of " + std::string(protocol) +
                    " as the kernel counts it."};
    if (key == "IpExt_InOctets") field.octets = &IpOctets::received;
    if (key == "IpExt_OutOctets") field.octets = &IpOctets::sent;
    layout.wanted.push_back(std::move(field));
  }

  // Deques, because readings point into the layouts before them.
  static Layout& at(std::deque<Layout>& layouts, std::size_t index) {
    if (index == layouts.size()) layouts.emplace_back();
    return layouts[index];
  }

  Pattern fields_;
  std::deque<Layout> netstat_;
  std::deque<Layout> snmp_;
  std::deque<Layout> snmp6_;
  std::vector<Reading> readings_;
  std::vector<Row> headers_;  // whose values are still to come
  Complaints complaints_;
};

const RegisterCollector<Netstat> netstat{
    {.name = "netstat",
     .flags = {patternFlag(kFieldsFlag, kDefaultFields,
                           "Regular expression of the fields to give, matched on PROTOCOL_FIELD.")},
     .reads = "proc/net/netstat, proc/net/snmp, proc/net/snmp6"}};

}  // namespace

}  // namespace orchestrator_exporter
