#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"
#include "exporter/host/known_value.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kControllers = "sys/devices/system/edac/mc";

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// The digits after the prefix; empty if there are none.
std::string_view numberAfter(std::string_view prefix, std::string_view name) {
  if (!name.starts_with(prefix)) return {};
  name.remove_prefix(prefix.size());
  std::size_t digits = 0;
  while (digits < name.size() && isDigit(name[digits])) ++digits;
  return name.substr(0, digits);
}

// The channel whose count the attribute `ch0_ce_count` is; empty if it is another thing.
std::string_view channelOf(std::string_view name) {
  constexpr std::string_view kPrefix = "ch";
  const std::string_view channel = numberAfter(kPrefix, name);
  const std::string_view rest = name.substr(std::min(kPrefix.size() + channel.size(), name.size()));
  return rest == "_ce_count" || rest == "_ue_count" ? channel : std::string_view();
}

void replaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// `mc#0csrow#1channel#0` as mc0_csrow1_channel0.
std::string moduleLabel(AttributeReader& attributes, std::string_view path) {
  std::string label(attributes.text(path).value_or("unknown"));
  replaceAll(label, "#", "");
  replaceAll(label, "csrow", "_csrow");
  replaceAll(label, "channel", "_channel");
  return label;
}

// Error counts of memory controllers, of their rows of modules (chip select rows) and of the
// channels of these: Documentation/admin-guide/RAS of the kernel.
class Edac final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    isAnyGiven_ = false;
    const auto names = kernel.list(kControllers);
    if (!names) return;
    for (const std::string_view name : *names) {
      const std::string_view controller = numberAfter("mc", name);
      if (controller.empty()) continue;
      complaints_.attempt(
          [&] { giveController(kernel, kernel.path(kControllers, "/", name), controller, out); });
    }
    complaints_.failIf(!isAnyGiven_);
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  void giveController(Kernel& kernel, std::string_view path, std::string_view controller,
                      Sink& out) {
    const std::initializer_list<Label> labels{{"controller", controller}};
    const std::initializer_list<Label> unknownRow{{"controller", controller}, {"csrow", "unknown"}};
    give(kernel, kernel.path(path, "/ce_count"),
         out.counter("node_edac_correctable_errors_total", "Memory errors that were corrected."),
         labels);
    give(kernel, kernel.path(path, "/ce_noinfo_count"), correctableOfRow(out), unknownRow);
    give(kernel, kernel.path(path, "/ue_count"),
         out.counter("node_edac_uncorrectable_errors_total",
                     "Memory errors that could not be corrected."),
         labels);
    give(kernel, kernel.path(path, "/ue_noinfo_count"), uncorrectableOfRow(out), unknownRow);
    const auto names = kernel.list(path);
    if (!names) return;
    for (const std::string_view name : *names) {
      const std::string_view row = numberAfter("csrow", name);
      if (row.empty()) continue;
      complaints_.attempt(
          [&] { giveRow(kernel, kernel.path(path, "/", name), controller, row, out); });
    }
  }

  void giveRow(Kernel& kernel, std::string_view path, std::string_view controller,
               std::string_view row, Sink& out) {
    const std::initializer_list<Label> labels{{"controller", controller}, {"csrow", row}};
    give(kernel, kernel.path(path, "/ce_count"), correctableOfRow(out), labels);
    give(kernel, kernel.path(path, "/ue_count"), uncorrectableOfRow(out), labels);
    const auto names = kernel.list(path);
    if (!names) return;
    std::string_view given;
    for (const std::string_view name : *names) {
      const std::string_view channel = channelOf(name);
      // The names are sorted, so that those of a channel stand side by side.
      if (channel.empty() || channel == given) continue;
      given = channel;
      giveChannel(kernel, kernel.path(path, "/ch", channel), controller, row, channel, out);
    }
  }

  // Older kernels do not tell the uncorrectable errors apart by channel.
  void giveChannel(Kernel& kernel, std::string_view prefix, std::string_view controller,
                   std::string_view row, std::string_view channel, Sink& out) {
    AttributeReader attributes(kernel, complaints_);
    const std::string label = moduleLabel(attributes, kernel.path(prefix, "_dimm_label"));
    const std::initializer_list<Label> labels{
        {"channel", channel}, {"controller", controller}, {"csrow", row}, {"dimm_label", label}};
    give(kernel, kernel.path(prefix, "_ce_count"),
         out.counter("node_edac_channel_correctable_errors_total",
                     "Memory errors of a channel that were corrected."),
         labels);
    give(kernel, kernel.path(prefix, "_ue_count"),
         out.counter("node_edac_channel_uncorrectable_errors_total",
                     "Memory errors of a channel that could not be corrected."),
         labels);
  }

  // Drivers need not have all counts.
  void give(Kernel& kernel, std::string_view path, const ScalarFamily& family,
            std::initializer_list<Label> labels) {
    const auto count = AttributeReader(kernel, complaints_).unsignedInteger(path);
    addIfKnown(family, count, labels);
    isAnyGiven_ |= count.has_value();
  }

  static ScalarFamily correctableOfRow(Sink& out) {
    return out.counter("node_edac_csrow_correctable_errors_total",
                       "Memory errors of a row of modules that were corrected.");
  }

  static ScalarFamily uncorrectableOfRow(Sink& out) {
    return out.counter("node_edac_csrow_uncorrectable_errors_total",
                       "Memory errors of a row of modules that could not be corrected.");
  }

  bool isAnyGiven_ = false;  // in this run
  Complaints complaints_;
};

const RegisterCollector<Edac> edac{
    {.name = "edac", .reads = "sys/devices/system/edac/mc/mc<N>/**"}};

}  // namespace

}  // namespace orchestrator_exporter
