#include <linux/neighbour.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/pattern.h"
#include "exporter/kernel/literal.h"
#include "exporter/kernel/network/interface_names.h"
#include "exporter/kernel/network/route_netlink.h"

namespace orchestrator_exporter {

namespace {

constexpr std::size_t kColumns = 6;
constexpr std::size_t kHeadingWords = 9;

// Six, eight or twenty bytes as 02:00:5e:10:00:01, with dashes, or as 0200.5e10.0001.
bool isHardwareAddress(std::string_view text) {
  const bool inPairs = text.size() > 2 && (text[2] == ':' || text[2] == '-');
  const std::size_t digits = inPairs ? 2 : 4;
  if (text.size() <= digits || (!inPairs && text[digits] != '.')) return false;
  const std::size_t bytes = (text.size() + 1) / (digits + 1) * digits / 2;
  if ((text.size() + 1) % (digits + 1) != 0 || (bytes != 6 && bytes != 8 && bytes != 20)) {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool separator = i % (digits + 1) == digits;
    if (separator ? text[i] != text[digits]
                  : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
      return false;
    }
  }
  return true;
}

// The device of a line of proc/net/arp; empty for the heading and for empty lines.
std::string_view deviceOf(const Row& line) {
  if (line.size() == 0 || line.size() == kHeadingWords) return {};
  if (line.size() != kColumns) throw line.error("six columns", line.text());
  if (!isHardwareAddress(line.word(3))) throw line.error("a hardware address", line.word(3));
  const auto flags = parseUnsignedLiteral(line.word(2));
  if (!flags || *flags > 0xff) throw line.error("flags of eight bits", line.word(2));
  return line.word(5);
}

template <typename Key>
struct Count {
  Key key;
  int entries;
};

template <typename Key>
void countOne(std::vector<Count<Key>>& counts, Key key) {
  const auto known = std::find_if(counts.begin(), counts.end(),
                                  [&](const Count<Key>& count) { return count.key == key; });
  if (known == counts.end()) {
    counts.push_back({key, 1});
  } else {
    ++known->entries;
  }
}

class Arp final : public Collector {
 public:
  explicit Arp(const Flags& flags)
      : filter_(NameFilter::fromFlags(flags, "collector.arp.device-include",
                                      "collector.arp.device-exclude")),
        fromNetlink_(flags.enabled("collector.arp.netlink")) {}

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    if (fromNetlink_) {
      giveNeighbours(out);
    } else {
      giveTable(kernel, out);
    }
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  void giveNeighbours(Sink& out) {
    std::vector<Count<int>> counts;
    for (const Neighbour& neighbour : netlink_.neighbours()) {
      if ((neighbour.state & NUD_NOARP) == 0) countOne(counts, neighbour.interfaceIndex);
    }
    names_.forget();
    for (const Count<int>& count : counts) give(names_.of(count.key), count.entries, out);
  }

  void giveTable(Kernel& kernel, Sink& out) {
    std::vector<Count<std::string_view>> counts;
    for (const Row& line : kernel.require("proc/net/arp").rows()) {
      complaints_.attempt([&] {
        const std::string_view device = deviceOf(line);
        if (!device.empty()) countOne(counts, device);
      });
    }
    complaints_.failIf(counts.empty());
    for (const auto& count : counts) give(count.key, count.entries, out);
  }

  void give(std::string_view device, int entries, Sink& out) const {
    if (device.empty() || !filter_.takes(device)) return;
    out.gauge("node_arp_entries", "IPv4 neighbours that are known by hardware address.")
        .add(entries, {{"device", device}});
  }

  NameFilter filter_;
  bool fromNetlink_;
  Complaints complaints_;
  RouteNetlink netlink_;
  InterfaceNames names_;
};

const RegisterCollector<Arp> arp{
    {.name = "arp",
     .flags = {patternFlag("collector.arp.device-include", "",
                           "Regular expression of the network devices to report."),
               patternFlag("collector.arp.device-exclude", "",
                           "Regular expression of the network devices to leave out."),
               switchFlag("collector.arp.netlink", true,
                          "Ask netlink for the neighbours instead of reading proc/net/arp.")},
     .reads = "netlink RTM_GETNEIGH or proc/net/arp"}};

}  // namespace

}  // namespace orchestrator_exporter
