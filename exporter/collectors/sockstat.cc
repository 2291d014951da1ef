#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
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

bool isNameCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

class Sockstat final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    protocols_.clear();
    used_.reset();
    // The second file has no row of all sockets of its own.
    for (const std::string_view path : {"proc/net/sockstat", "proc/net/sockstat6"}) {
      complaints_.attempt([&] {
        if (const auto file = kernel.read(path, {}, Kernel::End::kShortAnswer)) read(*file);
      });
    }
    complaints_.failIf(protocols_.empty() && !used_);

    if (used_) {
      out.gauge("node_sockstat_sockets_used", "Sockets of all families in use.")
          .add(static_cast<double>(*used_));
    }
    for (const Protocol& protocol : protocols_) report(kernel, protocol, out);
  }

  std::string complaint() const override { return complaints_.text(); }

  // Rows of a protocol, then pairs of key and value: `TCP: inuse 35 orphan 0 tw 4 alloc 59 mem 22`.
  void read(const KernelFile& file) {
    for (const Row& row : file.rows()) {
      std::string_view name = row.find(0).value_or("");
      if (!name.ends_with(':')) continue;
      name.remove_suffix(1);
      if (name == "sockets") {
        forEachPair(row, [&](std::string_view key, std::size_t value) {
          if (key == "used") used_ = integer(row, value);
        });
      } else if (!name.empty() && std::all_of(name.begin(), name.end(), isNameCharacter)) {
        readProtocol(row, name);
      } else {
        complaints_.add(row.error("a protocol", row.word(0)).what());
      }
    }
  }

  void readProtocol(const Row& row, std::string_view name) {
    Protocol& protocol = protocols_.emplace_back(Protocol{name, {}});
    protocol.values[kInUse] = 0;  // as node_exporter gives it if a row does not tell
    forEachPair(row, [&](std::string_view key, std::size_t value) {
      for (std::size_t known = 0; known < kKeys.size(); ++known) {
        if (key != kKeys[known].name) continue;
        protocol.values[known].reset();
        protocol.values[known] = integer(row, value);
      }
    });
  }

  // Calls visit(key, place of the value) for each pair of the row.
  template <typename Visit>
  void forEachPair(const Row& row, Visit visit) {
    for (std::size_t i = 1; i < row.size(); i += 2) {
      complaints_.attempt([&] { visit(row.word(i), i + 1); });
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
  Complaints complaints_;
};

const RegisterCollector<Sockstat> sockstat{
    {.name = "sockstat", .reads = "proc/net/sockstat, proc/net/sockstat6"}};

}  // namespace

}  // namespace orchestrator_exporter
