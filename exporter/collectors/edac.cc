#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>

#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kControllers = "sys/devices/system/edac/mc";

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// The digits after the prefix; empty where there are none.
std::string_view numberAfter(std::string_view prefix, std::string_view name) {
  if (!name.starts_with(prefix)) return {};
  name.remove_prefix(prefix.size());
  std::size_t digits = 0;
  while (digits < name.size() && isDigit(name[digits])) ++digits;
  return name.substr(0, digits);
}

double count(Kernel& kernel, std::string_view path) {
  if (const auto value = kernel.readUnsigned(path)) return static_cast<double>(*value);
  throw ReadError(ENOENT, path);
}

void replaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// `mc#0csrow#1channel#0` as mc0_csrow1_channel0.
std::string moduleLabel(Kernel& kernel, std::string_view path) {
  const auto file = kernel.readIfPossible(path);
  if (!file) return "unknown";
  std::string label(trim(file->text));
  replaceAll(label, "#", "");
  replaceAll(label, "csrow", "_csrow");
  replaceAll(label, "channel", "_channel");
  return label;
}

// Error counts of memory controllers, of their rows of modules (chip select rows) and of the
// channels of these: Documentation/admin-guide/RAS of the kernel.
class Edac final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const auto names = kernel.list(kControllers);
    if (!names) return;
    for (const std::string_view name : *names) {
      const std::string_view controller = numberAfter("mc", name);
      if (!controller.empty()) {
        reportController(kernel, kernel.path(kControllers, "/", name), controller, out);
      }
    }
  }

  static void reportController(Kernel& kernel, std::string_view path, std::string_view controller,
                               Sink& out) {
    out.counter("node_edac_correctable_errors_total", "Memory errors that were corrected.")
        .add(count(kernel, kernel.path(path, "/ce_count")), {{"controller", controller}});
    correctableOfRow(out, count(kernel, kernel.path(path, "/ce_noinfo_count")), controller,
                     "unknown");
    out.counter("node_edac_uncorrectable_errors_total",
                "Memory errors that could not be corrected.")
        .add(count(kernel, kernel.path(path, "/ue_count")), {{"controller", controller}});
    uncorrectableOfRow(out, count(kernel, kernel.path(path, "/ue_noinfo_count")), controller,
                       "unknown");
    const auto names = kernel.list(path);
    if (!names) return;
    for (const std::string_view name : *names) {
      const std::string_view row = numberAfter("csrow", name);
      if (!row.empty()) reportRow(kernel, kernel.path(path, "/", name), controller, row, out);
    }
  }

  static void reportRow(Kernel& kernel, std::string_view path, std::string_view controller,
                        std::string_view row, Sink& out) {
    correctableOfRow(out, count(kernel, kernel.path(path, "/ce_count")), controller, row);
    uncorrectableOfRow(out, count(kernel, kernel.path(path, "/ue_count")), controller, row);
    const auto names = kernel.list(path);
    if (!names) return;
    for (const std::string_view name : *names) {
      const std::string_view channel = numberAfter("ch", name);
      if (channel.empty() || name.substr(2 + channel.size()) != "_ce_count") continue;
      reportChannel(kernel, kernel.path(path, "/ch", channel), controller, row, channel, out);
    }
  }

  static void reportChannel(Kernel& kernel, std::string_view prefix, std::string_view controller,
                            std::string_view row, std::string_view channel, Sink& out) {
    const double correctable = count(kernel, kernel.path(prefix, "_ce_count"));
    const std::string label = moduleLabel(kernel, kernel.path(prefix, "_dimm_label"));
    const auto give = [&](const ScalarFamily& family, double value) {
      family.add(value, {{"channel", channel},
                         {"controller", controller},
                         {"csrow", row},
                         {"dimm_label", label}});
    };
    give(out.counter("node_edac_channel_correctable_errors_total",
                     "Memory errors of a channel that were corrected."),
         correctable);
    // Older kernels do not tell these apart by channel.
    if (const auto value = kernel.readUnsigned(kernel.path(prefix, "_ue_count"))) {
      give(out.counter("node_edac_channel_uncorrectable_errors_total",
                       "Memory errors of a channel that could not be corrected."),
           static_cast<double>(*value));
    }
  }

  static void correctableOfRow(Sink& out, double value, std::string_view controller,
                               std::string_view row) {
    out.counter("node_edac_csrow_correctable_errors_total",
                "Memory errors of a row of modules that were corrected.")
        .add(value, {{"controller", controller}, {"csrow", row}});
  }

  static void uncorrectableOfRow(Sink& out, double value, std::string_view controller,
                                 std::string_view row) {
    out.counter("node_edac_csrow_uncorrectable_errors_total",
                "Memory errors of a row of modules that could not be corrected.")
        .add(value, {{"controller", controller}, {"csrow", row}});
  }
};

const RegisterCollector<Edac> edac{
    {.name = "edac", .reads = "sys/devices/system/edac/mc/mc<N>/**"}};

}  // namespace

}  // namespace orchestrator_exporter
