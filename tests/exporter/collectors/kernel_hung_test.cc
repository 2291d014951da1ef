#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(KernelHung, CountsTasks) {
  EXPECT_EQ(collectText("kernel_hung", fixture("typical")),
            "# HELP node_kernel_hung_tasks_total Tasks that the kernel found hung.\n"
            "# TYPE node_kernel_hung_tasks_total counter\n"
            "node_kernel_hung_tasks_total 3\n");
}

TEST(KernelHung, HasNoDataWhereTheKernelDoesNotCount) {
  EXPECT_EQ(collectError("kernel_hung", TempSystem()), "no data");
}

TEST(KernelHung, FailsOnAWord) {
  TempSystem system;
  system.file("proc/sys/kernel/hung_task_detect_count", "many\n");
  EXPECT_EQ(collectError("kernel_hung", system),
            "proc/sys/kernel/hung_task_detect_count:1: expected a whole number of at most 64 bits, "
            "got 'many'");
}

}  // namespace orchestrator_exporter
