#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

std::string samplesOf(std::string_view content) {
  TempSystem system;
  system.file("proc/drbd", content);
  return collectSamples("drbd", system);
}

std::string complaintOf(std::string_view content) {
  TempSystem system;
  system.file("proc/drbd", content);
  return collectComplaint("drbd", system);
}

}  // namespace

TEST(Drbd, ReportsEachDevice) {
  EXPECT_EQ(samplesOf("version: 8.4.11 (api:1/proto:86-101)\n"
                      "srcversion: 1A9F77B1CA5FF92235C2213 \n"
                      " 0: cs:Connected ro:Primary/Secondary ds:UpToDate/Inconsistent C r-----\n"
                      "    ns:3 nr:2 dw:5 dr:7 al:11 bm:13 lo:17 pe:19 ua:23 ap:29 ep:1 wo:f "
                      "oos:31\n\n 12: cs:Unconfigured\n"),
            R"(node_drbd_activitylog_writes_total{device="drbd0"} 11
node_drbd_application_pending{device="drbd0"} 29
node_drbd_bitmap_writes_total{device="drbd0"} 13
node_drbd_connected{device="drbd0"} 1
node_drbd_connected{device="drbd12"} 0
node_drbd_disk_read_bytes_total{device="drbd0"} 7168
node_drbd_disk_state_is_up_to_date{device="drbd0",node="local"} 1
node_drbd_disk_state_is_up_to_date{device="drbd0",node="remote"} 0
node_drbd_disk_written_bytes_total{device="drbd0"} 5120
node_drbd_epochs{device="drbd0"} 1
node_drbd_local_pending{device="drbd0"} 17
node_drbd_network_received_bytes_total{device="drbd0"} 2
node_drbd_network_sent_bytes_total{device="drbd0"} 3072
node_drbd_node_role_is_primary{device="drbd0",node="local"} 1
node_drbd_node_role_is_primary{device="drbd0",node="remote"} 0
node_drbd_out_of_sync_bytes{device="drbd0"} 31744
node_drbd_remote_pending{device="drbd0"} 19
node_drbd_remote_unacknowledged{device="drbd0"} 23
)");
}

TEST(Drbd, WordsThatAreNoPairAndUnknownKeysAreSkipped) {
  EXPECT_EQ(samplesOf("0: a:b:c ns cs:x:y foo:7 : :5\n"), "");
}

TEST(Drbd, FiguresBeforeTheFirstDeviceBelongToNone) {
  EXPECT_EQ(samplesOf("ep:1\n"), "node_drbd_epochs{device=\"unknown\"} 1\n");
}

TEST(Drbd, WithoutTheModuleThereIsNoData) {
  EXPECT_EQ(collectError("drbd", TempSystem()), "no data");
}

TEST(Drbd, AFigureThatIsGarbledCostsItself) {
  EXPECT_EQ(samplesOf("0: ep:1 oos:x ro:Primary ap:1\n    ns: lo:2\n"),
            "node_drbd_application_pending{device=\"drbd0\"} 1\n"
            "node_drbd_epochs{device=\"drbd0\"} 1\n"
            "node_drbd_local_pending{device=\"drbd0\"} 2\n");
  EXPECT_EQ(complaintOf("0: ep:1 oos:x ro:Primary ap:1\n    ns: lo:2\n"),
            "proc/drbd:1: expected a number, got 'x'; "
            "proc/drbd:1: expected two words with a slash between them, got 'Primary'; "
            "proc/drbd:2: expected a number, got ''");
}

TEST(Drbd, ARowThatNamesNoDeviceDoesNotSpeakOfTheOneBefore) {
  const char* const content = " 0: cs:Connected\n x: cs:Connected\n    ep:7\n 2: ep:8\n";
  EXPECT_EQ(samplesOf(content),
            "node_drbd_connected{device=\"drbd0\"} 1\nnode_drbd_epochs{device=\"drbd2\"} 8\n");
  EXPECT_EQ(complaintOf(content), "proc/drbd:2: expected a device, got ' x: cs:Connected'");
}

TEST(Drbd, AnUnknownRowDoesNotPartADeviceFromItsFigures) {
  const char* const content = " 0: cs:Connected\nunknown ap:3\n    ep:7\n";
  EXPECT_EQ(samplesOf(content),
            "node_drbd_connected{device=\"drbd0\"} 1\nnode_drbd_epochs{device=\"drbd0\"} 7\n");
  EXPECT_EQ(complaintOf(content), "");
}

TEST(Drbd, FiguresThatComeTwiceAreOfADeviceThatIsNotKnown) {
  const char* const content = " 0: cs:Connected\n    ep:7\nno such thing\n    ep:8\n";
  EXPECT_EQ(samplesOf(content),
            "node_drbd_connected{device=\"drbd0\"} 1\nnode_drbd_epochs{device=\"drbd0\"} 7\n");
  EXPECT_EQ(complaintOf(content), "proc/drbd:3: expected a device, got 'no such thing'");
}

TEST(Drbd, FailsWhereNothingIsUnderstood) {
  TempSystem system;
  system.file("proc/drbd", " 0: ns:x\n");
  EXPECT_EQ(collectError("drbd", system), "proc/drbd:1: expected a number, got 'x'");
}

TEST(Drbd, FailsWhereTheFileCannotBeRead) {
  TempSystem system;
  system.directory("proc/drbd");
  EXPECT_EQ(collectError("drbd", system), "proc/drbd: Is a directory");
}

}  // namespace orchestrator_exporter
