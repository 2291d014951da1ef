#include <cstdint>
#include <optional>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/needed_attribute.h"
#include "exporter/kernel/attribute.h"
#include "metrics/snapshot.h"

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

// The number in an attribute; 0 where something else stands there.
std::uint64_t requireNumber(Kernel& kernel, std::string_view path) {
  return parseUnsigned(neededAttribute(kernel, path)).value_or(0);
}

class Nvme final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const auto devices = kernel.list(kDirectory);
    if (!devices) throw NoData{};
    // A device that cannot be read takes the samples of all with it.
    samples_.clear();
    for (const std::string_view device : *devices) addDevice(kernel, device);
    samples_.replay(out);
  }

  void addDevice(Kernel& kernel, std::string_view device) {
    const std::string_view directory = kernel.path(kDirectory, "/", device);
    const auto text = [&](std::string_view file) {
      return neededAttribute(kernel, kernel.path(directory, "/", file));
    };
    samples_.gauge("node_nvme_info", "What the controller says of itself, always 1.")
        .add(1, {{"cntlid", text("cntlid")},
                 {"device", device},
                 {"firmware_revision", text("firmware_rev")},
                 {"model", text("model")},
                 {"serial", text("serial")},
                 {"state", text("state")}});
    const auto entries = kernel.list(directory);
    if (!entries) throw NoData{};
    for (const std::string_view name : *entries) {
      if (const auto parsed = parseNamespaceName(name)) {
        addNamespace(kernel, kernel.path(directory, "/", name), device, *parsed);
      }
    }
  }

  void addNamespace(Kernel& kernel, std::string_view directory, std::string_view device,
                    const NamespaceName& name) {
    const std::uint64_t used = requireNumber(kernel, kernel.path(directory, "/nuse"));
    const std::uint64_t blocks = requireNumber(kernel, kernel.path(directory, "/size"));
    const std::uint64_t blockBytes =
        requireNumber(kernel, kernel.path(directory, "/queue/logical_block_size"));
    if (name.isPath) return;

    const std::initializer_list<Label> labels{{"device", device}, {"nsid", name.number}};
    const auto size = static_cast<double>(blocks * blockBytes);
    const auto state = readRawAttribute(kernel, kernel.path(directory, "/ana_state"));
    samples_.gauge("node_nvme_namespace_info", "Asymmetric access of the namespace, always 1.")
        .add(1, {{"ana_state", state ? trim(*state) : "unknown"},
                 {"device", device},
                 {"nsid", name.number}});
    samples_.gauge("node_nvme_namespace_capacity_bytes", "Capacity of the namespace in bytes.")
        .add(size, labels);
    samples_.gauge("node_nvme_namespace_size_bytes", "Size of the namespace in bytes.")
        .add(size, labels);
    samples_.gauge("node_nvme_namespace_used_bytes", "Space of the namespace that holds data.")
        .add(static_cast<double>(used * blockBytes), labels);
    samples_
        .gauge("node_nvme_namespace_logical_block_size_bytes",
               "Size of a logical block of the namespace in bytes.")
        .add(static_cast<double>(blockBytes), labels);
  }

  Snapshot samples_;
};

const RegisterCollector<Nvme> nvme{
    {.name = "nvme",
     .reads = "sys/class/nvme/*/{firmware_rev,model,serial,state,cntlid}, "
              "sys/class/nvme/*/nvme*n*/{nuse,size,ana_state,queue/logical_block_size}"}};

}  // namespace

}  // namespace orchestrator_exporter
