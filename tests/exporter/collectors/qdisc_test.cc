#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"
#include "tests/support/network_test.h"

namespace orchestrator_exporter {

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A run over a results.json of this content.
class FromFile {
 public:
  explicit FromFile(std::string_view content,
                    std::initializer_list<std::pair<std::string, std::string>> more = {})
      : flags_(more) {
    system_.file("qdisc/results.json", content);
    flags_.give("collector.qdisc.fixtures", system_.path("qdisc"));
  }

  std::string samples() const { return collectSamples("qdisc", system_, flags_); }
  // Without the path before it.
  std::string error() const { return withoutPath(collectError("qdisc", system_, flags_)); }
  std::string complaint() const { return withoutPath(collectComplaint("qdisc", system_, flags_)); }

 private:
  std::string withoutPath(const std::string& whole) const {
    EXPECT_THAT(whole, StartsWith(system_.path("qdisc/results.json") + ": "));
    return whole.substr(whole.find("results.json: ") + 14);
  }

  TempSystem system_;
  Flags flags_;
};

class Qdisc : public NetworkTest {};

}  // namespace

TEST(QdiscFile, ReportsRootDisciplines) {
  EXPECT_EQ(FromFile(R"([
    {"IfaceName": "eth0", "Parent": 0, "Handle": 2147549184, "Kind": "fq", "Bytes": 42,
     "Packets": 41, "Drops": 1, "Requeues": 2, "Overlimits": 3, "Qlen": 4, "Backlog": 5},
    {"IfaceName": "eth0", "Parent": 2147549185, "Kind": "pfifo_fast", "Bytes": 7},
    {"IfaceName": "eth1", "Parent": 4294967295, "Kind": "clsact"}])")
                .samples(),
            "node_qdisc_backlog{device=\"eth0\",kind=\"fq\"} 5\n"
            "node_qdisc_bytes_total{device=\"eth0\",kind=\"fq\"} 42\n"
            "node_qdisc_current_queue_length{device=\"eth0\",kind=\"fq\"} 4\n"
            "node_qdisc_drops_total{device=\"eth0\",kind=\"fq\"} 1\n"
            "node_qdisc_overlimits_total{device=\"eth0\",kind=\"fq\"} 3\n"
            "node_qdisc_packets_total{device=\"eth0\",kind=\"fq\"} 41\n"
            "node_qdisc_requeues_total{device=\"eth0\",kind=\"fq\"} 2\n");
}

TEST(QdiscFile, TakesWhatIsMissingOrNullForZeroAndNamesInAnyCase) {
  EXPECT_THAT(
      FromFile(R"([{"ifacename": "eth0", "KIND": null, "bytes": 18446744073709551615, "x": {}}])")
          .samples(),
      AllOf(HasSubstr("node_qdisc_bytes_total{device=\"eth0\",kind=\"\"} 18446744073709551616\n"),
            HasSubstr("node_qdisc_drops_total{device=\"eth0\",kind=\"\"} 0\n")));
}

TEST(QdiscFile, HasNoSamplesWithoutDisciplines) {
  EXPECT_EQ(FromFile("[]").samples(), "");
  EXPECT_EQ(FromFile("null").samples(), "");
}

TEST(QdiscFile, TakesAndLeavesOutDevices) {
  constexpr std::string_view kTwo = R"([{"IfaceName": "eth0"}, {"IfaceName": "eth1"}])";
  for (const char* include : {"collector.qdisc.device-include", "collector.qdisk.device-include"}) {
    EXPECT_THAT(FromFile(kTwo, {{include, "0"}}).samples(),
                AllOf(HasSubstr("eth0"), Not(HasSubstr("eth1"))));
  }
  for (const char* exclude : {"collector.qdisc.device-exclude", "collector.qdisk.device-exclude"}) {
    EXPECT_THAT(FromFile(kTwo, {{exclude, "0"}}).samples(),
                AllOf(HasSubstr("eth1"), Not(HasSubstr("eth0"))));
  }
}

TEST(QdiscFile, RefusesFlagsThatContradictEachOther) {
  const auto refusal = [](const std::string& one, const std::string& other) {
    return collectError("qdisc", TempSystem(), Flags({{one, "a"}, {other, "b"}}));
  };
  EXPECT_THAT(refusal("collector.qdisc.device-include", "collector.qdisc.device-exclude"),
              HasSubstr("exclude each other"));
  EXPECT_THAT(refusal("collector.qdisc.device-include", "collector.qdisk.device-include"),
              HasSubstr("old name"));
}

TEST(QdiscFile, FailsWhereTheFileIsMissing) {
  TempSystem system;
  EXPECT_EQ(collectError("qdisc", system, Flags({{"collector.qdisc.fixtures", system.path("x")}})),
            system.path("x/results.json") + ": No such file or directory");
}

TEST(QdiscFile, FailsWhereTheFileIsGarbled) {
  EXPECT_EQ(FromFile("").error(), "expected JSON, got ''");
  EXPECT_EQ(FromFile("[] x").error(), "expected JSON, got '[] x'");
  EXPECT_EQ(FromFile("[\"\xff\"]").error(), "expected JSON, got '[\"\\xff\"]'");
  EXPECT_EQ(FromFile("{}").error(), "expected a list, got 'object'");
  EXPECT_EQ(FromFile("[1]").error(), "expected an object, got 'number'");
}

TEST(QdiscFile, LeavesOutARecordThatMakesNoSense) {
  const auto complaintOf = [](std::string_view record) {
    const FromFile file(R"([{"IfaceName": "eth0", "Bytes": 1}, )" + std::string(record) + "]");
    EXPECT_THAT(file.samples(), HasSubstr("node_qdisc_bytes_total{device=\"eth0\",kind=\"\"} 1\n"));
    EXPECT_THAT(file.samples(), Not(HasSubstr("eth1")));
    return file.complaint();
  };
  EXPECT_EQ(complaintOf("1"), "expected an object, got 'number'");
  EXPECT_EQ(complaintOf(R"({"IfaceName": 1})"), "expected a text as IfaceName, got '1'");
  for (const std::string number : {"1.0", "-1", "4294967296", "1e2", "\"1\"", "[]", "true"}) {
    EXPECT_EQ(complaintOf(R"({"IfaceName": "eth1", "Packets": )" + number + "}"),
              "expected a whole number in range as Packets, got '" +
                  (number == "1e2" ? "100.0" : number) + "'");
  }
}

TEST_F(Qdisc, ReportsWhatTheKernelQueues) {
  if (!tc("qdisc add dev v0 root tbf rate 100mbit burst 10k latency 1s")) {
    GTEST_SKIP() << "the kernel has no tbf";
  }
  sendPackets(3);
  EXPECT_EQ(
      collectSamples("qdisc", TempSystem(), Flags({{"collector.qdisc.device-include", "v0"}})),
      "node_qdisc_backlog{device=\"v0\",kind=\"tbf\"} 0\n"
      "node_qdisc_bytes_total{device=\"v0\",kind=\"tbf\"} 426\n"
      "node_qdisc_current_queue_length{device=\"v0\",kind=\"tbf\"} 0\n"
      "node_qdisc_drops_total{device=\"v0\",kind=\"tbf\"} 0\n"
      "node_qdisc_overlimits_total{device=\"v0\",kind=\"tbf\"} 0\n"
      "node_qdisc_packets_total{device=\"v0\",kind=\"tbf\"} 3\n"
      "node_qdisc_requeues_total{device=\"v0\",kind=\"tbf\"} 0\n");
}

TEST_F(Qdisc, ReportsDevicesWithoutAQueueButNotIngress) {
  ASSERT_TRUE(ip("link set v0 up"));
  tc("qdisc add dev v0 ingress");
  EXPECT_THAT(collectSamples("qdisc", TempSystem()),
              AllOf(HasSubstr("node_qdisc_bytes_total{device=\"lo\",kind=\"noqueue\"} 0\n"),
                    HasSubstr("node_qdisc_bytes_total{device=\"v0\",kind=\"noqueue\"} 0\n"),
                    Not(HasSubstr("ingress"))));
}

}  // namespace orchestrator_exporter
