#include <array>
#include <cerrno>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"
#include "exporter/host/known_value.h"
#include "exporter/kernel/attribute.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kCards = "sys/class/drm";

// A number that the amdgpu driver tells (kernel documentation, gpu/amdgpu/driver-misc).
struct Number {
  std::string_view file;
  std::string_view family;
  std::string_view help;
};
constexpr std::array<Number, 7> kNumbers = {{
    {"gpu_busy_percent", "node_drm_gpu_busy_percent", "How busy the GPU is, in percent."},
    {"mem_info_gtt_total", "node_drm_memory_gtt_size_bytes",
     "System memory that the GPU may map, in bytes."},
    {"mem_info_gtt_used", "node_drm_memory_gtt_used_bytes",
     "System memory that the GPU has mapped, in bytes."},
    {"mem_info_vis_vram_total", "node_drm_memory_vis_vram_size_bytes",
     "Video memory that the processor can reach, in bytes."},
    {"mem_info_vis_vram_used", "node_drm_memory_vis_vram_used_bytes",
     "Used part of the video memory that the processor can reach, in bytes."},
    {"mem_info_vram_total", "node_drm_memory_vram_size_bytes", "Video memory in bytes."},
    {"mem_info_vram_used", "node_drm_memory_vram_used_bytes", "Used video memory in bytes."},
}};

bool isCard(std::string_view name) {
  return name.size() == 5 && name.starts_with("card") && name[4] >= '0' && name[4] <= '9';
}

class Drm final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto names = kernel.list(kCards);
    if (!names) return;
    for (const std::string_view name : *names) {
      if (!isCard(name)) continue;
      complaints_.attempt([&] {
        if (isDrivenByAmdgpu(kernel, name)) give(kernel, name, out);
      });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  static bool isDrivenByAmdgpu(Kernel& kernel, std::string_view name) {
    const std::string_view path = kernel.path(kCards, "/", name, "/device/uevent");
    const auto uevent = readAttribute(kernel, path, {ENODATA});
    if (!uevent && !kernel.exists(path)) throw ReadError(ENOENT, path);
    return uevent && uevent->find("DRIVER=amdgpu") != std::string_view::npos;
  }

  void give(Kernel& kernel, std::string_view card, Sink& out) {
    AttributeReader attributes(kernel, complaints_, AttributeReader::Denied::kExpected);
    const auto path = [&](std::string_view file) {
      return kernel.path(kCards, "/", card, "/device/", file);
    };
    const auto text = [&](std::string_view file) {
      return attributes.text(path(file)).value_or("");
    };
    out.info("node_drm_card_info", "What a graphics card is.")
        .add(1, {{"card", card},
                 {"memory_vendor", text("mem_info_vram_vendor")},
                 {"power_performance_level", text("power_dpm_force_performance_level")},
                 {"unique_id", text("unique_id")},
                 {"vendor", "amd"}});
    for (const Number& number : kNumbers) {
      addIfKnown(out.gauge(number.family, number.help),
                 attributes.unsignedInteger(path(number.file)), {{"card", card}});
    }
  }

  Complaints complaints_;
};

const RegisterCollector<Drm> drm{{.name = "drm",
                                  .onByDefault = kOffByDefault,
                                  .reads = "sys/class/drm/card[0-9]/device/ (driver amdgpu)"}};

}  // namespace

}  // namespace orchestrator_exporter
