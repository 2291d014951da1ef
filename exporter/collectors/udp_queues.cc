#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"

namespace orchestrator_exporter {

namespace {

// The column of proc/net/udp that its header names tx_queue rx_queue: `00000010:00000300`.
constexpr std::size_t kQueues = 4;

struct Bytes {
  std::uint64_t sending = 0;
  std::uint64_t receiving = 0;
};

Bytes queuedBytes(const Row& row) {
  const std::string_view word = row.word(kQueues);
  const std::size_t colon = std::min(word.find(':'), word.size());
  const auto sending = parseUnsigned(word.substr(0, colon), 16);
  const auto receiving = parseUnsigned(word.substr(std::min(colon + 1, word.size())), 16);
  if (!sending || !receiving) throw row.error("two hexadecimal numbers around a colon", word);
  return {*sending, *receiving};
}

class UdpQueues final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    bool found = false;
    complaints_.attempt([&] { found |= report(kernel, "proc/net/udp", "v4", out); });
    complaints_.attempt([&] { found |= report(kernel, "proc/net/udp6", "v6", out); });
    complaints_.failIf(!found);
    if (!found) throw NoData{};
  }

  std::string complaint() const override { return complaints_.text(); }

  // False if there is no such file.
  bool report(Kernel& kernel, std::string_view path, std::string_view ip, Sink& out) {
    // Its lines have one length.
    const auto file = kernel.read(path, {}, Kernel::End::kShortAnswer);
    if (!file) return false;
    Bytes sum;
    bool anyRow = false;
    for (const Row& row : file->rows()) {
      // The slot of a socket, 0: or 1: and so on, leads its row.
      if (!row.find(0).value_or("").ends_with(':')) continue;
      anyRow |= complaints_.attempt([&] {
        const Bytes bytes = queuedBytes(row);
        sum.sending += bytes.sending;
        sum.receiving += bytes.receiving;
      });
    }
    if (!anyRow && file->firstLine().find(0) != "sl") {
      throw ParseError(path, 1, "a header", file->firstLine().text());
    }
    const auto queues =
        out.gauge("node_udp_queues", "Bytes that wait in the queues of all UDP sockets together.");
    queues.add(static_cast<double>(sum.sending), {{"ip", ip}, {"queue", "tx"}});
    queues.add(static_cast<double>(sum.receiving), {{"ip", ip}, {"queue", "rx"}});
    return true;
  }

  Complaints complaints_;
};

const RegisterCollector<UdpQueues> udpQueues{
    {.name = "udp_queues", .reads = "proc/net/udp, proc/net/udp6"}};

}  // namespace

}  // namespace orchestrator_exporter
