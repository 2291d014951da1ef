#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/kernel/machine/processors.h"

namespace orchestrator_exporter {

namespace {

struct Column {
  std::size_t column;
  MetricType type;
  std::string_view family;
  std::string_view help;
};

constexpr std::array kColumns = {
    Column{0, MetricType::kCounter, "node_softnet_processed_total", "Packets processed."},
    Column{1, MetricType::kCounter, "node_softnet_dropped_total",
           "Packets dropped because the backlog was full."},
    Column{2, MetricType::kCounter, "node_softnet_times_squeezed_total",
           "Times that budget or time ran out while packets were left."},
    Column{8, MetricType::kCounter, "node_softnet_cpu_collision_total",
           "Collisions with another processor on a device's transmit lock."},
    Column{9, MetricType::kCounter, "node_softnet_received_rps_total",
           "Times that another processor woke this one to receive packets."},
    Column{10, MetricType::kCounter, "node_softnet_flow_limit_count_total",
           "Times that the flow limit was reached."},
    Column{11, MetricType::kGauge, "node_softnet_backlog_len", "Packets waiting in the backlog."},
};
constexpr std::size_t kAlways = 9;
constexpr std::size_t kBacklog = 11;
constexpr std::size_t kProcessor = 12;

// The numbers of the processors that are online, in order; empty if they are not known.
std::vector<std::uint64_t> onlineProcessors(Kernel& kernel) {
  constexpr std::uint64_t kMostProcessors = 65536;  // more than any kernel can have
  std::vector<std::uint64_t> processors;
  for (const ProcessorRange& range :
       readProcessorList(kernel, "sys/devices/system/cpu/online").value_or(ProcessorList{})) {
    for (std::uint64_t cpu = range.first; cpu <= std::min(range.last, kMostProcessors); ++cpu) {
      processors.push_back(cpu);
    }
  }
  return processors;
}

class Softnet final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    rows_ = 0;
    online_.reset();
    bool given = false;
    const KernelFile file = kernel.require("proc/net/softnet_stat", Kernel::End::kShortRecords);
    for (const Row& row : file.rows()) {
      if (row.empty()) continue;
      given |= complaints_.attempt([&] { giveRow(kernel, row, out); });
    }
    complaints_.failIf(!given);
  }

  std::string complaint() const override { return complaints_.text(); }

  void giveRow(Kernel& kernel, const Row& row, Sink& out) {
    const std::string cpu = std::to_string(processorOf(kernel, row));
    std::array<std::uint32_t, kColumns.size()> values{};
    row.word(kAlways - 1);
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
      const std::size_t column = kColumns[i].column;
      if (given(row, column)) values[i] = number(row, column);
    }
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
      ScalarFamily(out.family({kColumns[i].family, kColumns[i].help, kColumns[i].type, {}}))
          .add(values[i], {{"cpu", cpu}});
    }
  }

  // Before the kernel came to tell it, together with the backlog, a row stood for each processor
  // that is online, in their order.
  std::uint64_t processorOf(Kernel& kernel, const Row& row) {
    const std::size_t place = rows_++;
    if (given(row, kProcessor)) return number(row, kProcessor);
    if (!online_) {
      online_.emplace();
      complaints_.attempt([&] { online_ = onlineProcessors(kernel); });
    }
    return place < online_->size() ? (*online_)[place] : place;
  }

  static bool given(const Row& row, std::size_t column) {
    return row.find(column >= kBacklog ? kProcessor : column).has_value();
  }

  static std::uint32_t number(const Row& row, std::size_t column) {
    const std::uint64_t value = row.hexadecimal(column);
    if (value <= std::numeric_limits<std::uint32_t>::max())
      return static_cast<std::uint32_t>(value);
    throw row.error("a hexadecimal number of at most 32 bits", row.word(column));
  }

  std::size_t rows_ = 0;  // of this run so far
  std::optional<std::vector<std::uint64_t>> online_;
  Complaints complaints_;
};

const RegisterCollector<Softnet> softnet{{.name = "softnet", .reads = "proc/net/softnet_stat"}};

}  // namespace

}  // namespace orchestrator_exporter
