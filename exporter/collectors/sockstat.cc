#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/kernel/literal.h"

namespace orchestrator_exporter {

namespace {

struct Key {
  std::string_view name;
  std::string_view help;
};

constexpr std::array kKeys = {
    Key{"inuse", "Sockets of this protocol in use."},
    Key{"orphan", "Sockets that no process holds any more."},
    Key{"tw", "Sockets waiting out the end of their connection (TIME_WAIT)."},
    Key{"alloc", "Sockets of this protocol that are allocated, in any state."},
    Key{"mem", "Memory that buffers of this protocol use, in pages."},
    Key{"memory", "Memory that reassembly of fragments uses, in bytes."},
};
constexpr std::size_t kInUse = 0;
constexpr std::size_t kMem = 4;

struct Protocol {
  std::string_view name;
  std::array<std::optional<std::int64_t>, kKeys.size()> values;
};

class Sockstat final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    protocols_.clear();
    used_.reset();
    if (const auto file = kernel.read("proc/net/sockstat", {}, Kernel::End::kShortAnswer))
      read(*file);
    // The second file has no such row of its own.
    const std::optional<std::int64_t> used = used_;
    if (const auto file = kernel.read("proc/net/sockstat6", {}, Kernel::End::kShortAnswer))
      read(*file);

    if (used) {
      out.gauge("node_sockstat_sockets_used", "Sockets of all families in use.")
          .add(static_cast<double>(*used));
    }
    for (const Protocol& protocol : protocols_) report(kernel, protocol, out);
  }

  // Rows of a protocol, then pairs of key and value: `TCP: inuse 35 orphan 0 tw 4 alloc 59 mem 22`.
  void read(const KernelFile& file) {
    for (const Row& row : file.rows()) {
      if (row.size() < 3 || row.size() % 2 == 0) {
        throw row.error("a protocol and pairs of key and value", row.text());
      }
      std::string_view name = row.word(0);
      if (name.ends_with(':')) name.remove_suffix(1);
      if (name == "sockets") {
        used_ = 0;
        for (std::size_t i = 1; i < row.size(); i += 2) {
          const std::int64_t value = integer(row, i + 1);
          if (row.word(i) == "used") used_ = value;
        }
        continue;
      }
      Protocol protocol{name, {}};
      protocol.values[kInUse] = 0;
      for (std::size_t i = 1; i < row.size(); i += 2) {
        const std::int64_t value = integer(row, i + 1);
        for (std::size_t key = 0; key < kKeys.size(); ++key) {
          if (row.word(i) == kKeys[key].name) protocol.values[key] = value;
        }
      }
      protocols_.push_back(protocol);
    }
  }

  static std::int64_t integer(const Row& row, std::size_t index) {
    if (const auto value = parseIntegerLiteral(row.word(index))) return *value;
    throw row.error("a whole number", row.word(index));
  }

  static void report(Kernel& kernel, const Protocol& protocol, Sink& out) {
    const auto give = [&](std::string_view key, std::string_view help, std::int64_t value) {
      out.gauge(kernel.path("node_sockstat_", protocol.name, "_", key), help)
          .add(static_cast<double>(value));
    };
    for (std::size_t key = 0; key < kKeys.size(); ++key) {
      if (const auto value = protocol.values[key]) give(kKeys[key].name, kKeys[key].help, *value);
    }
    if (const auto pages = protocol.values[kMem]) {
      static const auto pageSize = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
      // Unsigned, because an absurd number of pages may overflow.
      give("mem_bytes", "Memory that buffers of this protocol use, in bytes.",
           static_cast<std::int64_t>(static_cast<std::uint64_t>(*pages) * pageSize));
    }
  }

  std::optional<std::int64_t> used_;
  std::vector<Protocol> protocols_;
};

const RegisterCollector<Sockstat> sockstat{
    {.name = "sockstat", .reads = "proc/net/sockstat, proc/net/sockstat6"}};

}  // namespace

}  // namespace orchestrator_exporter
