#include <cstdint>
#include <optional>
#include <string_view>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"
#include "exporter/host/known_value.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDirectory = "sys/class/nvme";

std::string_view takeDigits(std::string_view& text) {
  const std::string_view digits = text.substr(0, text.find_first_not_of("0123456789"));
  text.remove_prefix(digits.size());
  return digits;
}

// What a name such as nvme0n1 tells. A path of a multipath device, nvme0c1n1, is no namespace of
// its own: its head is.
struct NamespaceName {
  std::string_view number;
  bool isPath = false;
};

std::optional<NamespaceName> parseNamespaceName(std::string_view name) {
  for (std::size_t at = name.find("nvme"); at != name.npos; at = name.find("nvme", at + 1)) {
    std::string_view rest = name.substr(at + 4);
    if (takeDigits(rest).empty()) continue;
    NamespaceName found;
    if (rest.starts_with('c')) {
      rest.remove_prefix(1);
      found.isPath = !takeDigits(rest).empty();
    }
    if (!rest.starts_with('n')) continue;
    rest.remove_prefix(1);
    found.number = takeDigits(rest);
    if (!found.number.empty()) return found;
  }
  return std::nullopt;
}

class Nvme final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto devices = kernel.list(kDirectory);
    if (!devices) throw NoData{};
    for (const std::string_view device : *devices) {
      complaints_.attempt([&] { giveDevice(kernel, device, out); });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

  void giveDevice(Kernel& kernel, std::string_view device, Sink& out) {
    const std::string_view directory = kernel.path(kDirectory, "/", device);
    const auto entries = kernel.list(directory);
    if (!entries) return;  // it went away just now
    giveInfo(kernel, directory, device, out);
    for (const std::string_view name : *entries) {
      const auto parsed = parseNamespaceName(name);
      if (!parsed || parsed->isPath) continue;
      giveNamespace(kernel, kernel.path(directory, "/", name), device, parsed->number, out);
    }
  }

  void giveInfo(Kernel& kernel, std::string_view directory, std::string_view device, Sink& out) {
    AttributeReader attributes(kernel, complaints_);
    bool known = false;
    const auto text = [&](std::string_view file) {
      const auto found = attributes.text(kernel.path(directory, "/", file));
      known = known || found;
      return found.value_or("");
    };
    const std::string_view controller = text("cntlid");
    const std::string_view firmware = text("firmware_rev");
    const std::string_view model = text("model");
    const std::string_view serial = text("serial");
    const std::string_view state = text("state");
    if (!known) return;
    out.gauge("node_nvme_info", "What the controller says of itself, always 1.")
        .add(1, {{"cntlid", controller},
                 {"device", device},
                 {"firmware_revision", firmware},
                 {"model", model},
                 {"serial", serial},
                 {"state", state}});
  }

  void giveNamespace(Kernel& kernel, std::string_view directory, std::string_view device,
                     std::string_view number, Sink& out) {
    AttributeReader attributes(kernel, complaints_);
    const auto count = [&](std::string_view file) {
      return attributes.unsignedInteger(kernel.path(directory, "/", file));
    };
    const auto used = count("nuse");
    const auto blocks = count("size");
    const auto blockBytes = count("queue/logical_block_size");
    const auto state = readRawAttribute(kernel, kernel.path(directory, "/ana_state"));
    const auto bytes = [&](std::optional<std::uint64_t> amount) -> std::optional<double> {
      if (!amount || !blockBytes) return std::nullopt;
      return static_cast<double>(*amount * *blockBytes);
    };
    const std::initializer_list<Label> labels{{"device", device}, {"nsid", number}};
    out.gauge("node_nvme_namespace_info", "Asymmetric access of the namespace, always 1.")
        .add(1, {{"ana_state", state ? trim(*state) : "unknown"},
                 {"device", device},
                 {"nsid", number}});
    addIfKnown(
        out.gauge("node_nvme_namespace_capacity_bytes", "Capacity of the namespace in bytes."),
        bytes(blocks), labels);
    addIfKnown(out.gauge("node_nvme_namespace_size_bytes", "Size of the namespace in bytes."),
               bytes(blocks), labels);
    addIfKnown(
        out.gauge("node_nvme_namespace_used_bytes", "Space of the namespace that holds data."),
        bytes(used), labels);
    addIfKnown(out.gauge("node_nvme_namespace_logical_block_size_bytes",
                         "Size of a logical block of the namespace in bytes."),
               bytes(1), labels);
  }

  Complaints complaints_;
};

const RegisterCollector<Nvme> nvme{
    {.name = "nvme",
     .reads = "sys/class/nvme/*/{firmware_rev,model,serial,state,cntlid}, "
              "sys/class/nvme/*/nvme*n*/{nuse,size,ana_state,queue/logical_block_size}"}};

}  // namespace

}  // namespace orchestrator_exporter
