#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "exporter/host/collector.h"
#include "exporter/kernel/literal.h"

namespace orchestrator_exporter {

namespace {

// Columns of proc/net/udp, as its header names them.
constexpr std::size_t kSlot = 0;
constexpr std::size_t kLocalAddress = 1;
constexpr std::size_t kRemoteAddress = 2;
constexpr std::size_t kState = 3;
constexpr std::size_t kQueues = 4;
constexpr std::size_t kUser = 7;
constexpr std::size_t kInode = 9;
constexpr std::size_t kDrops = 12;

class UdpQueues final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const bool v4 = report(kernel, "proc/net/udp", "v4", out);
    const bool v6 = report(kernel, "proc/net/udp6", "v6", out);
    if (!v4 && !v6) throw NoData{};
  }

  // False where there is no such file.
  static bool report(Kernel& kernel, std::string_view path, std::string_view ip, Sink& out) {
    // Its lines have one length.
    const auto file = kernel.read(path, {}, Kernel::End::kShortAnswer);
    if (!file) return false;
    std::uint64_t sending = 0;
    std::uint64_t receiving = 0;
    for (const Row& row : file->rows()) {
      if (row.lineNumber() == 1) continue;
      checkOtherColumns(row);
      const auto [send, receive] = halves(row, kQueues);
      sending += hexadecimal(row, send);
      receiving += hexadecimal(row, receive);
    }
    const auto queues =
        out.gauge("node_udp_queues", "Bytes that wait in the queues of all UDP sockets together.");
    queues.add(static_cast<double>(sending), {{"ip", ip}, {"queue", "tx"}});
    queues.add(static_cast<double>(receiving), {{"ip", ip}, {"queue", "rx"}});
    return true;
  }

  // A row that is garbled anywhere is not believed in its queues either.
  static void checkOtherColumns(const Row& row) {
    literal(row, halves(row, kSlot).first);
    for (const std::size_t column : {kLocalAddress, kRemoteAddress}) {
      const auto [address, port] = halves(row, column);
      if (address.size() != 8 && address.size() != 32) throw row.error("an IP address", address);
      for (std::size_t i = 0; i < address.size(); i += 8) hexadecimal(row, address.substr(i, 8));
      hexadecimal(row, port);
    }
    hexadecimal(row, row.word(kState));
    for (const std::size_t column : {kUser, kInode, kDrops}) literal(row, row.word(column));
  }

  static std::pair<std::string_view, std::string_view> halves(const Row& row, std::size_t column) {
    const std::string_view word = row.word(column);
    const std::size_t colon = word.find(':');
    if (colon == std::string_view::npos || word.find(':', colon + 1) != std::string_view::npos) {
      throw row.error("two values around one colon", word);
    }
    return {word.substr(0, colon), word.substr(colon + 1)};
  }

  static std::uint64_t hexadecimal(const Row& row, std::string_view word) {
    if (const auto value = parseUnsigned(word, 16)) return *value;
    throw row.error("a hexadecimal number", word);
  }

  static void literal(const Row& row, std::string_view word) {
    if (!parseUnsignedLiteral(word)) throw row.error("a whole number", word);
  }
};

const RegisterCollector<UdpQueues> udpQueues{
    {.name = "udp_queues", .reads = "proc/net/udp, proc/net/udp6"}};

}  // namespace

}  // namespace orchestrator_exporter
