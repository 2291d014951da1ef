#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

using testing::HasSubstr;
using testing::Not;

TEST(Drm, ReportsACardOfTheAmdgpuDriver) {
  EXPECT_EQ(
      collectSamples("drm", fixture("typical")),
      R"(node_drm_card_info{card="card0",memory_vendor="samsung",power_performance_level="auto",unique_id="a1b2c3d4e5f60718",vendor="amd"} 1
node_drm_gpu_busy_percent{card="card0"} 12
node_drm_memory_gtt_size_bytes{card="card0"} 16778100736
node_drm_memory_gtt_used_bytes{card="card0"} 67108864
node_drm_memory_vis_vram_size_bytes{card="card0"} 268435456
node_drm_memory_vis_vram_used_bytes{card="card0"} 134217728
node_drm_memory_vram_size_bytes{card="card0"} 12868124672
node_drm_memory_vram_used_bytes{card="card0"} 1073741824
)");
}

TEST(Drm, SucceedsWithoutSamplesWhereNoCardIsDrivenByAmdgpu) {
  EXPECT_EQ(collectError("drm", TempSystem()), "");
  TempSystem system;
  system.file("sys/class/drm/card0/device/uevent", "DRIVER=i915\n")
      .file("sys/class/drm/card10/device/uevent", "DRIVER=amdgpu\n")
      .directory("sys/class/drm/card0-HDMI-A-1")
      .file("sys/class/drm/version", "drm 1.1.0\n");
  EXPECT_EQ(collectSamples("drm", system), "");
}

TEST(Drm, LeavesOutWhatCannotBeRead) {
  TempSystem system;
  system.file("sys/class/drm/card1/device/uevent", "DRIVER=amdgpu\n")
      .directory("sys/class/drm/card1/device/gpu_busy_percent")
      .file("sys/class/drm/card1/device/mem_info_vram_total", "5\n");
  EXPECT_EQ(collectSamples("drm", system),
            "node_drm_card_info{card=\"card1\",memory_vendor=\"\",power_performance_level=\"\","
            "unique_id=\"\",vendor=\"amd\"} 1\n"
            "node_drm_memory_vram_size_bytes{card=\"card1\"} 5\n");
  EXPECT_EQ(collectComplaint("drm", system),
            "sys/class/drm/card1/device/gpu_busy_percent: Is a directory");
}

TEST(Drm, LeavesOutWhatIsNoNumber) {
  TempSystem system;
  system.file("sys/class/drm/card0/device/uevent", "DRIVER=amdgpu\n");
  for (const char* content : {"abc\n", "", "-1\n", "1.5\n"}) {
    system.file("sys/class/drm/card0/device/gpu_busy_percent", content);
    EXPECT_THAT(collectSamples("drm", system), Not(HasSubstr("gpu_busy_percent"))) << content;
  }
}

TEST(Drm, ACardWithoutADeviceCostsItself) {
  TempSystem system;
  system.directory("sys/class/drm/card0");
  EXPECT_EQ(collectError("drm", system),
            "sys/class/drm/card0/device/uevent: No such file or directory");
  system.file("sys/class/drm/card1/device/uevent", "DRIVER=amdgpu\n");
  EXPECT_THAT(collectSamples("drm", system), HasSubstr("node_drm_card_info{card=\"card1\""));
  EXPECT_EQ(collectComplaint("drm", system),
            "sys/class/drm/card0/device/uevent: No such file or directory");
}

}  // namespace orchestrator_exporter
