#include <gtest/gtest.h>

#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kAvailable = "proc/sys/kernel/random/entropy_avail";
constexpr std::string_view kPoolSize = "proc/sys/kernel/random/poolsize";

}  // namespace

TEST(Entropy, ReportsThePoolAndItsSize) {
  EXPECT_EQ(collectText("entropy", fixture("typical")),
            R"(# HELP node_entropy_available_bits Randomness in the kernel's pool.
# TYPE node_entropy_available_bits gauge
node_entropy_available_bits 256
# HELP node_entropy_pool_size_bits Size of the kernel's pool of randomness.
# TYPE node_entropy_pool_size_bits gauge
node_entropy_pool_size_bits 256
)");
}

TEST(Entropy, AFileThatIsMissingOrGarbledCostsItself) {
  TempSystem system;
  system.file(kAvailable, "256\n");
  EXPECT_EQ(collectSamples("entropy", system), "node_entropy_available_bits 256\n");
  EXPECT_EQ(collectComplaint("entropy", system),
            "proc/sys/kernel/random/poolsize: No such file or directory");
  system.file(kAvailable, "much\n").file(kPoolSize, "4096\n");
  EXPECT_EQ(collectSamples("entropy", system), "node_entropy_pool_size_bits 4096\n");
  EXPECT_EQ(collectComplaint("entropy", system),
            "proc/sys/kernel/random/entropy_avail:1: expected a whole number of at most 64 bits, "
            "got 'much'");
}

TEST(Entropy, FailsWhereNeitherCanBeRead) {
  EXPECT_EQ(collectError("entropy", TempSystem()),
            "proc/sys/kernel/random/entropy_avail: No such file or directory");
}

}  // namespace orchestrator_exporter
