#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"

namespace orchestrator_exporter {

namespace {

// Documentation/admin-guide/mm/ksm.rst of the kernel.
struct Attribute {
  std::string_view file;
  MetricType type;
  std::string_view family;
  std::string_view help;
  double divisor = 1;
  bool isSigned = false;
};

constexpr std::array kAttributes = {
    Attribute{"full_scans", MetricType::kCounter, "node_ksmd_full_scans_total",
              "Times that all mergeable areas were scanned."},
    Attribute{"general_profit", MetricType::kGauge, "node_ksmd_general_profit_bytes",
              "Memory saved by merging less what merging itself needs.", 1, true},
    Attribute{"merge_across_nodes", MetricType::kGauge, "node_ksmd_merge_across_nodes",
              "1 where pages of different NUMA nodes may be merged."},
    Attribute{"pages_shared", MetricType::kGauge, "node_ksmd_pages_shared", "Shared pages in use."},
    Attribute{"pages_sharing", MetricType::kGauge, "node_ksmd_pages_sharing",
              "Places that share these pages: pages saved."},
    Attribute{"pages_to_scan", MetricType::kGauge, "node_ksmd_pages_to_scan",
              "Pages to scan before ksmd sleeps."},
    Attribute{"pages_unshared", MetricType::kGauge, "node_ksmd_pages_unshared",
              "Pages that are unique but checked again and again."},
    Attribute{"pages_volatile", MetricType::kGauge, "node_ksmd_pages_volatile",
              "Pages that change too fast to be merged."},
    Attribute{"run", MetricType::kGauge, "node_ksmd_run",
              "What ksmd is told to do: 0 stop, 1 run, 2 stop and unmerge all pages."},
    Attribute{"sleep_millisecs", MetricType::kGauge, "node_ksmd_sleep_seconds",
              "How long ksmd sleeps between scans.", 1000},
};

class Ksmd final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    for (const Attribute& attribute : kAttributes) {
      complaints_.attempt([&] {
        const std::string_view path = kernel.path("sys/kernel/mm/ksm/", attribute.file);
        const std::optional<double> value = attribute.isSigned
                                                ? asDouble(kernel.readInteger(path))
                                                : asDouble(kernel.readUnsigned(path));
        if (!value) return;
        ScalarFamily(out.family({attribute.family, attribute.help, attribute.type, {}}))
            .add(*value / attribute.divisor);
      });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  template <typename Number>
  static std::optional<double> asDouble(const std::optional<Number>& number) {
    if (!number) return std::nullopt;
    return static_cast<double>(*number);
  }

  Complaints complaints_;
};

const RegisterCollector<Ksmd> ksmd{
    {.name = "ksmd", .onByDefault = kOffByDefault, .reads = "sys/kernel/mm/ksm/*"}};

}  // namespace

}  // namespace orchestrator_exporter
