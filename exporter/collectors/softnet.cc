#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "exporter/host/collector.h"

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

class Softnet final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const Rows rows = kernel.require("proc/net/softnet_stat").rows();
    for (const Row& row : rows) check(row);
    for (const Row& row : rows) report(row, out);
  }

  static void check(const Row& row) {
    for (std::size_t i = 0; i < kAlways; ++i) number(row, i);
    for (std::size_t i = kAlways; i <= kProcessor && given(row, i); ++i) number(row, i);
  }

  // The kernel came to tell backlog and processor together; before that, rows are in the
  // processors' order.
  static void report(const Row& row, Sink& out) {
    const std::string cpu =
        std::to_string(given(row, kProcessor) ? number(row, kProcessor) : row.lineNumber() - 1);
    for (const Column& column : kColumns) {
      const std::uint32_t value = given(row, column.column) ? number(row, column.column) : 0;
      ScalarFamily(out.family({column.family, column.help, column.type, {}}))
          .add(value, {{"cpu", cpu}});
    }
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
};

const RegisterCollector<Softnet> softnet{{.name = "softnet", .reads = "proc/net/softnet_stat"}};

}  // namespace

}  // namespace orchestrator_exporter
