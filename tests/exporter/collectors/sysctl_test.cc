#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

constexpr const char* kInclude = "collector.sysctl.include";
constexpr const char* kInfo = "collector.sysctl.include-info";

TempSystem& settings(TempSystem& system) {
  return system.file("proc/sys/kernel/threads-max", "7801\n")
      .file("proc/sys/net/ipv4/tcp_rmem", "4096\t131072\t6291456\n")
      .file("proc/sys/kernel/seccomp/actions_avail", "kill trap errno\n")
      .file("proc/sys/kernel/empty", "\n");
}

std::string samples(const Flags& flags) {
  TempSystem system;
  return collectSamples("sysctl", settings(system), flags);
}

std::string failure(const Flags& flags) {
  TempSystem system;
  return collectError("sysctl", settings(system), flags);
}

}  // namespace

TEST(Sysctl, GivesNothingUnasked) { EXPECT_EQ(samples({}), ""); }

TEST(Sysctl, GivesANumber) {
  TempSystem system;
  EXPECT_EQ(collectText("sysctl", settings(system), Flags{{kInclude, "kernel.threads-max"}}),
            "# HELP node_sysctl_kernel_threads_max Value of the kernel setting "
            "kernel.threads-max.\n"
            "# TYPE node_sysctl_kernel_threads_max untyped\n"
            "node_sysctl_kernel_threads_max 7801\n");
}

TEST(Sysctl, CountsNumbersWithoutNames) {
  EXPECT_EQ(samples(Flags{{kInclude, "net.ipv4.tcp_rmem"}}),
            "node_sysctl_net_ipv4_tcp_rmem{index=\"0\"} 4096\n"
            "node_sysctl_net_ipv4_tcp_rmem{index=\"1\"} 131072\n"
            "node_sysctl_net_ipv4_tcp_rmem{index=\"2\"} 6291456\n");
}

TEST(Sysctl, NamesNumbersByTheirKeys) {
  EXPECT_EQ(samples(Flags{{kInclude, "net.ipv4.tcp_rmem:min,default,max"}}),
            "node_sysctl_net_ipv4_tcp_rmem_default 131072\n"
            "node_sysctl_net_ipv4_tcp_rmem_max 6291456\n"
            "node_sysctl_net_ipv4_tcp_rmem_min 4096\n");
}

TEST(Sysctl, GivesWordsAsLabels) {
  EXPECT_EQ(
      samples(Flags{{kInfo, "kernel.seccomp.actions_avail"}}),
      "node_sysctl_info{index=\"0\",name=\"kernel.seccomp.actions_avail\",value=\"kill\"} 1\n"
      "node_sysctl_info{index=\"1\",name=\"kernel.seccomp.actions_avail\",value=\"trap\"} 1\n"
      "node_sysctl_info{index=\"2\",name=\"kernel.seccomp.actions_avail\",value=\"errno\"} 1\n");
}

TEST(Sysctl, ReadsHexadecimalAndNegativeNumbers) {
  TempSystem system;
  system.file("proc/sys/fs/x", "0x10 -5 18446744073692774399\n");
  EXPECT_EQ(collectSamples("sysctl", system, Flags{{kInclude, "fs.x"}}),
            "node_sysctl_fs_x{index=\"0\"} 16\nnode_sysctl_fs_x{index=\"1\"} -5\n"
            "node_sysctl_fs_x{index=\"2\"} 18446744073692774400\n");
}

TEST(Sysctl, ReadsTheFirst128Bytes) {
  TempSystem system;
  system.file("proc/sys/fs/x", std::string(126, 'a') + " bc\n");
  EXPECT_THAT(collectSamples("sysctl", system, Flags{{kInfo, "fs.x"}}),
              testing::HasSubstr("{index=\"1\",name=\"fs.x\",value=\"b\"} 1\n"));
  EXPECT_EQ(collectComplaint("sysctl", system, Flags{{kInfo, "fs.x"}}),
            "proc/sys/fs/x: only the first 128 bytes are given");
}

TEST(Sysctl, LeavesOutASettingThatCannotBeReadAndTellsOfIt) {
  const Flags flags{{kInclude, "fs.none"},
                    {kInclude, "kernel.empty"},
                    {kInclude, "kernel.threads-max"},
                    {kInfo, "kernel.seccomp.actions_avail:a,b,c"}};
  TempSystem system;
  EXPECT_EQ(collectSamples("sysctl", settings(system), flags),
            "node_sysctl_kernel_threads_max 7801\n");
  EXPECT_EQ(collectComplaint("sysctl", system, flags),
            "proc/sys/fs/none: No such file or directory; "
            "proc/sys/kernel/empty:1: expected a value, got ''; "
            "--collector.sysctl.include-info: kernel.seccomp.actions_avail: texts cannot be given "
            "names");
}

TEST(Sysctl, FailsWhereNoSettingCanBeRead) {
  EXPECT_EQ(failure(Flags{{kInclude, "fs.none"}}), "proc/sys/fs/none: No such file or directory");
}

TEST(Sysctl, FailsOnAWordAmongNumbers) {
  EXPECT_EQ(failure(Flags{{kInclude, "kernel.seccomp.actions_avail"}}),
            "proc/sys/kernel/seccomp/actions_avail:1: expected a whole number, got 'kill'");
}

TEST(Sysctl, FailsOnAnotherNumberOfKeys) {
  EXPECT_EQ(failure(Flags{{kInclude, "net.ipv4.tcp_rmem:min,max"}}),
            "proc/sys/net/ipv4/tcp_rmem:1: expected 2 values, "
            "got '4096\\x09131072\\x096291456'");
  EXPECT_EQ(failure(Flags{{kInclude, "kernel.threads-max:most"}}),
            "proc/sys/kernel/threads-max:1: expected several values, got '7801'");
}

TEST(Sysctl, FailsOnKeysForWords) {
  EXPECT_EQ(failure(Flags{{kInfo, "kernel.seccomp.actions_avail:a,b,c"}}),
            "--collector.sysctl.include-info: kernel.seccomp.actions_avail: texts cannot be given "
            "names");
}

TEST(Sysctl, FailsOnAnEmptySetting) {
  EXPECT_EQ(failure(Flags{{kInclude, "kernel.empty"}}),
            "proc/sys/kernel/empty:1: expected a value, got ''");
}

}  // namespace orchestrator_exporter
