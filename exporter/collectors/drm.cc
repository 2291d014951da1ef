#include <array>
#include <cerrno>

#include "exporter/host/collector.h"
#include "exporter/kernel/attribute.h"
#include "exporter/kernel/literal.h"

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

struct Card {
  std::string_view name;
  std::array<std::optional<std::uint64_t>, kNumbers.size()> numbers;
  std::string_view memoryVendor;
  std::string_view performanceLevel;
  std::string_view uniqueId;
};

bool isCard(std::string_view name) {
  return name.size() == 5 && name.starts_with("card") && name[4] >= '0' && name[4] <= '9';
}

class Drm final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const auto names = kernel.list(kCards);
    if (!names) return;

    // All or none: a card without a device ends the run.
    std::vector<Card> cards;
    for (const std::string_view name : *names) {
      if (isCard(name) && isDrivenByAmdgpu(kernel, name)) cards.push_back(readCard(kernel, name));
    }
    for (const Card& card : cards) give(card, out);
  }

  static bool isDrivenByAmdgpu(Kernel& kernel, std::string_view name) {
    const std::string_view path = kernel.path(kCards, "/", name, "/device/uevent");
    const auto uevent = readAttribute(kernel, path, {ENODATA});
    if (!uevent && !kernel.exists(path)) throw ReadError(ENOENT, path);
    return uevent && uevent->find("DRIVER=amdgpu") != std::string_view::npos;
  }

  static Card readCard(Kernel& kernel, std::string_view name) {
    const auto read = [&](std::string_view file) {
      return readRawAttribute(kernel, kernel.path(kCards, "/", name, "/device/", file));
    };
    const auto text = [&](std::string_view file) { return trim(read(file).value_or("")); };
    Card card{name,
              {},
              text("mem_info_vram_vendor"),
              text("power_dpm_force_performance_level"),
              text("unique_id")};
    for (std::size_t i = 0; i < kNumbers.size(); ++i) {
      // What the card does not tell is 0; what makes no sense is left out.
      const auto number = read(kNumbers[i].file);
      card.numbers[i] = number ? parseUnsignedLiteral(trim(*number)) : 0;
    }
    return card;
  }

  static void give(const Card& card, Sink& out) {
    out.info("node_drm_card_info", "What a graphics card is.")
        .add(1, {{"card", card.name},
                 {"memory_vendor", card.memoryVendor},
                 {"power_performance_level", card.performanceLevel},
                 {"unique_id", card.uniqueId},
                 {"vendor", "amd"}});
    for (std::size_t i = 0; i < kNumbers.size(); ++i) {
      if (!card.numbers[i]) continue;
      out.gauge(kNumbers[i].family, kNumbers[i].help)
          .add(static_cast<double>(*card.numbers[i]), {{"card", card.name}});
    }
  }
};

const RegisterCollector<Drm> drm{{.name = "drm",
                                  .onByDefault = kOffByDefault,
                                  .reads = "sys/class/drm/card[0-9]/device/ (driver amdgpu)"}};

}  // namespace

}  // namespace orchestrator_exporter
