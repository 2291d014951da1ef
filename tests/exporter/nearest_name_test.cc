#include "exporter/nearest_name.h"

#include <gtest/gtest.h>

#include <vector>

namespace orchestrator_exporter {

namespace {

std::string nearest(std::string_view written) {
  static const std::vector<std::string> names = {"--collector.cpu",   "--collector.cpufreq",
                                                 "--collector.dmi",   "--collector.diskstats",
                                                 "--collector.qdisc", "--web.listen-address"};
  return std::string(nearestName(written, names));
}

}  // namespace

TEST(NearestName, ForgivesUpToTwoSlips) {
  EXPECT_EQ(nearest("--collector.cpuu"), "--collector.cpu");          // one too many
  EXPECT_EQ(nearest("--web.listen-adress"), "--web.listen-address");  // one missing
  EXPECT_EQ(nearest("--collector.cqu"), "--collector.cpu");           // a wrong one
  EXPECT_EQ(nearest("--collector.cpufrqe"), "--collector.cpufreq");   // two swapped
  EXPECT_EQ(nearest("--colector.cpufrqe"), "--collector.cpufreq");
}

TEST(NearestName, PrefersTheOneWithFewerSlips) {
  EXPECT_EQ(nearest("--collector.cpufre"), "--collector.cpufreq");
  EXPECT_EQ(nearest("--collector.cp"), "--collector.cpu");
}

TEST(NearestName, CompletesWhatIsCutOff) {
  EXPECT_EQ(nearest("--collector.disk"), "--collector.diskstats");
  EXPECT_EQ(nearest("--web.listen"), "--web.listen-address");
}

TEST(NearestName, IsEmptyForWhatIsFarFromAll) {
  EXPECT_EQ(nearest("--nonsense"), "");
  EXPECT_EQ(nearestName("--collector.cpu", {}), "");
}

}  // namespace orchestrator_exporter
