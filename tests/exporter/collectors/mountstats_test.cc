#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kMountinfo =
    "22 1 0:20 / /sys rw,nosuid shared:2 - sysfs sysfs rw\n"
    "30 1 0:41 / /mnt/a rw shared:3 - nfs4 server:/a rw,vers=4.2,addr=192.0.2.7\n"
    "31 1 0:41 / /mnt/b rw shared:4 - nfs4 server:/a rw,vers=4.2,addr=192.0.2.7\n";
constexpr std::string_view kLabels =
    "{export=\"server:/a\",mountaddr=\"192.0.2.7\",protocol=\"tcp\"}";

struct Stanza {
  std::string point = "/mnt/a";
  std::string type = "nfs4";
  std::string version = "1.1";
  std::string age = "13968";
  std::string bytes = "1 2 3 4 5 6 7 8";
  std::string events =
      "101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117 118 119 120 121 122 "
      "123 124 125 126 127";
  std::string transports = "\txprt:\ttcp 832 1 2 3 4 5 6 7 8 9 10 11 12\n";
  std::string operations = "\t        READ: 31 32 33 34 35 36 37 38 39\n";

  std::string text() const {
    return "device server:/a mounted on " + point + " with fstype " + type +
           " statvers=" + version +
           "\n"
           "\topts:\trw,vers=4.2\n\tage:\t" +
           age + "\n\tcaps:\tcaps=0x3ffdf\n\tevents:\t" + events + "\n\tbytes:\t" + bytes +
           "\n\tRPC iostats version: 1.1  p/v: 100003/4 (nfs)\n" + transports +
           "\tper-op statistics\n" + operations + "\n";
  }
};

TempSystem& mounts(TempSystem& system, const std::string& stanzas) {
  return system.link("proc/self", "4711")
      .file("proc/4711/mountinfo", kMountinfo)
      .file("proc/4711/mountstats", "device sysfs mounted on /sys with fstype sysfs\n" + stanzas);
}

std::string samples(const std::string& stanzas) {
  TempSystem system;
  return collectSamples("mountstats", mounts(system, stanzas));
}

// What is complained of, while what else there is of the mount is given.
std::string complaintOf(const Stanza& stanza) {
  TempSystem system;
  mounts(system, stanza.text());
  EXPECT_THAT(collectSamples("mountstats", system),
              HasSubstr("node_mountstats_nfs_mountpoint_info{export=\"server:/a\","
                        "mountaddr=\"192.0.2.7\",mountpoint=\"/mnt/a\","));
  return collectComplaint("mountstats", system);
}

std::string sample(std::string_view name, std::string_view value) {
  return "node_mountstats_nfs_" + std::string(name) + std::string(kLabels) + " " +
         std::string(value) + "\n";
}

}  // namespace

TEST(Mountstats, ReportsAMount) {
  const std::string text = samples(Stanza{}.text());
  for (const auto& expected :
       {sample("age_seconds_total", "13968"), sample("read_bytes_total", "1"),
        sample("write_bytes_total", "2"), sample("direct_read_bytes_total", "3"),
        sample("direct_write_bytes_total", "4"), sample("total_read_bytes_total", "5"),
        sample("total_write_bytes_total", "6"), sample("read_pages_total", "7"),
        sample("write_pages_total", "8"), sample("event_inode_revalidate_total", "101"),
        sample("event_vfs_file_release_total", "118"), sample("event_truncation_total", "120"),
        sample("event_pnfs_write_total", "127"),
        std::string("node_mountstats_nfs_mountpoint_info{export=\"server:/a\","
                    "mountaddr=\"192.0.2.7\",mountpoint=\"/mnt/a\",protocol=\"tcp\"} 1\n")}) {
    EXPECT_THAT(text, HasSubstr(expected));
  }
}

TEST(Mountstats, ReportsOperations) {
  const std::string labels =
      "{export=\"server:/a\",mountaddr=\"192.0.2.7\",operation=\"READ\",protocol=\"tcp\"} ";
  const std::string text = samples(Stanza{}.text());
  for (const auto& [name, value] :
       {std::pair("requests_total", "31"), std::pair("transmissions_total", "32"),
        std::pair("major_timeouts_total", "33"), std::pair("sent_bytes_total", "34"),
        std::pair("received_bytes_total", "35"), std::pair("queue_time_seconds_total", "0.036"),
        std::pair("response_time_seconds_total", "0.037"),
        std::pair("request_time_seconds_total", "0.038")}) {
    EXPECT_THAT(text, HasSubstr("node_mountstats_nfs_operations_" + std::string(name) + labels +
                                value + "\n"));
  }
}

TEST(Mountstats, ReportsTransports) {
  const std::string labels =
      "{export=\"server:/a\",mountaddr=\"192.0.2.7\",protocol=\"tcp\",transport=\"0\"} ";
  const std::string text = samples(Stanza{}.text());
  for (const auto& [name, value] :
       {std::pair("bind_total", "1"), std::pair("connect_total", "2"),
        std::pair("idle_time_seconds", "4"), std::pair("sends_total", "5"),
        std::pair("receives_total", "6"), std::pair("bad_transaction_ids_total", "7"),
        std::pair("backlog_queue_total", "9"), std::pair("maximum_rpc_slots", "10"),
        std::pair("sending_queue_total", "11"), std::pair("pending_queue_total", "12")}) {
    EXPECT_THAT(text, HasSubstr("node_mountstats_nfs_transport_" + std::string(name) + labels +
                                value + "\n"));
  }
}

TEST(Mountstats, FillsWhatUdpDoesNotTellWithZero) {
  Stanza stanza;
  stanza.transports = "\txprt: udp 832 1 5 6 7 8 9 10 11 12\n";
  const std::string labels =
      "{export=\"server:/a\",mountaddr=\"192.0.2.7\",protocol=\"udp\",transport=\"0\"} ";
  const std::string text = samples(stanza.text());
  EXPECT_THAT(text, HasSubstr("node_mountstats_nfs_transport_bind_total" + labels + "1\n"));
  EXPECT_THAT(text, HasSubstr("node_mountstats_nfs_transport_connect_total" + labels + "0\n"));
  EXPECT_THAT(text, HasSubstr("node_mountstats_nfs_transport_sends_total" + labels + "5\n"));
  EXPECT_THAT(text,
              HasSubstr("node_mountstats_nfs_transport_pending_queue_total" + labels + "12\n"));
}

TEST(Mountstats, KnowsVersionOneZero) {
  Stanza stanza;
  stanza.version = "1.0";
  stanza.transports = "\txprt: tcp 832 1 2 3 4 5 6 7 8 9\n";
  const std::string text = samples(stanza.text());
  EXPECT_THAT(text, HasSubstr("node_mountstats_nfs_transport_backlog_queue_total"));
  EXPECT_THAT(text, HasSubstr("protocol=\"tcp\",transport=\"0\"} 9\n"));
}

TEST(Mountstats, LeavesOutWhatOnlyRdmaTells) {
  Stanza stanza;
  stanza.transports = "\txprt: rdma 0 1 2 3 4 5 6 7 8 9 91 92 93 94 95 96 97 98 99 90\n";
  const std::string text = samples(stanza.text());
  EXPECT_THAT(text,
              HasSubstr("node_mountstats_nfs_transport_backlog_queue_total{export=\"server:/"
                        "a\",mountaddr=\"192.0.2.7\",protocol=\"rdma\",transport=\"0\"} 9\n"));
  EXPECT_THAT(text,
              HasSubstr("node_mountstats_nfs_transport_maximum_rpc_slots{export=\"server:/"
                        "a\",mountaddr=\"192.0.2.7\",protocol=\"rdma\",transport=\"0\"} 0\n"));
}

TEST(Mountstats, WrapsTimesAtTheWholeNumbersOfADouble) {
  Stanza stanza;
  stanza.operations = "\t        READ: 1 2 3 4 5 9007199254740993 18446744073709551615 0\n";
  const std::string text = samples(stanza.text());
  EXPECT_THAT(text, HasSubstr("operation=\"READ\",protocol=\"tcp\"} 0.001\n"));
  EXPECT_THAT(text, HasSubstr("operation=\"READ\",protocol=\"tcp\"} 9007199254740.99"));
}

TEST(Mountstats, GivesTheStatisticsOfASecondMountOfTheSameOnlyOnce) {
  Stanza second;
  second.point = "/mnt/b";
  second.age = "7";
  const std::string text = samples(Stanza{}.text() + second.text());
  EXPECT_THAT(text, HasSubstr(sample("age_seconds_total", "13968")));
  EXPECT_THAT(text, Not(HasSubstr(sample("age_seconds_total", "7"))));
  EXPECT_THAT(text, HasSubstr("mountpoint=\"/mnt/a\""));
  EXPECT_THAT(text, HasSubstr("mountpoint=\"/mnt/b\""));
}

TEST(Mountstats, GivesNothingWithoutNfs) { EXPECT_EQ(samples(""), ""); }

TEST(Mountstats, DoesNotStartWithoutItsProcess) {
  EXPECT_THROW(collectText("mountstats", TempSystem()), StartError);
  TempSystem system;
  system.link("proc/self", "4711");
  EXPECT_THROW(collectText("mountstats", system), StartError);
}

TEST(Mountstats, NeedsNoMountinfoButForTheAddress) {
  TempSystem system;
  mounts(system, Stanza{}.text()).remove("proc/4711/mountinfo");
  EXPECT_THAT(
      collectSamples("mountstats", system),
      HasSubstr("node_mountstats_nfs_age_seconds_total{export=\"server:/a\",mountaddr=\"\","));
  EXPECT_EQ(collectComplaint("mountstats", system),
            "proc/4711/mountinfo: No such file or directory");
}

TEST(Mountstats, FailsWhereItsFileIsMissingOrMakesNoSense) {
  TempSystem system;
  mounts(system, "device a hung on /b with fstype nfs\n");
  EXPECT_EQ(collectError("mountstats", system),
            "proc/4711/mountstats:2: expected mounted, got 'hung'");
  system.file("proc/4711/mountstats", "device a\n");
  EXPECT_EQ(collectError("mountstats", system),
            "proc/4711/mountstats:1: expected at least 8 columns, got 2");
  system.remove("proc/4711/mountstats");
  EXPECT_EQ(collectError("mountstats", system), "proc/4711/mountstats: No such file or directory");
}

// Newer kernels append numbers and rows.
TEST(Mountstats, PassesOverWhatItDoesNotKnow) {
  Stanza stanza;
  stanza.version = "1.2";
  stanza.bytes += " 9";
  stanza.events += " 128";
  stanza.transports = "\txprt:\ttcp 832 1 2 3 4 5 6 7 8 9 10 11 12 13\n\tfuture: x\n\n";
  stanza.operations = "\tnew words\n\n\t        READ: 31 32 33 34 35 36 37 38 39 40\n";
  const std::string text = samples(stanza.text());
  EXPECT_THAT(text, HasSubstr(sample("write_pages_total", "8")));
  EXPECT_THAT(text, HasSubstr(sample("event_pnfs_write_total", "127")));
  EXPECT_THAT(text, HasSubstr("protocol=\"tcp\",transport=\"0\"} 12\n"));
  EXPECT_THAT(text, HasSubstr("operation=\"READ\",protocol=\"tcp\"} 31\n"));
  EXPECT_EQ(complaintOf(stanza), "");
  // Other file systems have no statistics that it knows.
  stanza.type = "cifs";
  EXPECT_EQ(samples(stanza.text()), "");
}

TEST(Mountstats, ARowThatIsGarbledOrCutCostsItself) {
  Stanza stanza;
  stanza.age = "1e3";
  EXPECT_EQ(complaintOf(stanza), "proc/4711/mountstats:4: expected a number of seconds, got '1e3'");
  stanza = {};
  stanza.bytes = "1 2 3 4 5 6 7";
  EXPECT_EQ(complaintOf(stanza), "proc/4711/mountstats:7: expected at least 9 columns, got 8");
  EXPECT_THAT(samples(stanza.text()), Not(HasSubstr("read_bytes_total")));
  stanza = {};
  stanza.events = "1";
  EXPECT_EQ(complaintOf(stanza), "proc/4711/mountstats:6: expected at least 3 columns, got 2");
  stanza = {};
  stanza.transports = "\txprt: tcp 1 2 3\n";
  EXPECT_EQ(complaintOf(stanza), "proc/4711/mountstats:9: expected at least 6 columns, got 5");
  stanza = {};
  stanza.transports = "\txprt: local 1 2 3\n";
  EXPECT_EQ(complaintOf(stanza), "proc/4711/mountstats:9: expected a known protocol, got 'local'");
  EXPECT_THAT(samples(stanza.text()), HasSubstr("age_seconds_total"));
  stanza = {};
  stanza.operations = "\tREAD: 1 2\n\tNULL: 1 2 3 4 5 6 7 many\n\tWRITE: 1 2 3 4 5 6 7 8\n";
  EXPECT_EQ(complaintOf(stanza),
            "proc/4711/mountstats:11: expected at least 4 columns, got 3; "
            "proc/4711/mountstats:12: expected a whole number of at most 64 bits, got 'many'");
  EXPECT_THAT(samples(stanza.text()), HasSubstr("operation=\"WRITE\""));
}

// Its rows would overwrite those of the mount before.
TEST(Mountstats, AMountWithoutItsFirstRowCostsItself) {
  Stanza second;
  second.age = "7";
  std::string rows = second.text();
  rows.replace(0, rows.find('\n'), "no such thing");
  EXPECT_THAT(samples(Stanza{}.text() + rows), HasSubstr(sample("age_seconds_total", "13968")));
}

// Not by their places in the two files, so that a bad row of one moves nothing.
TEST(Mountstats, FindsTheAddressByTheMountPoint) {
  TempSystem system;
  mounts(system, "device garbled\n" + Stanza{}.text())
      .file("proc/4711/mountinfo", "a new line\n" + std::string(kMountinfo));
  EXPECT_THAT(collectSamples("mountstats", system),
              HasSubstr(sample("age_seconds_total", "13968")));
}

TEST(Mountstats, UnescapesTheMountPoint) {
  Stanza stanza;
  stanza.point = R"(/mnt/a\040b)";
  EXPECT_THAT(samples(stanza.text()), HasSubstr("mountpoint=\"/mnt/a b\""));
}

TEST(Mountstats, ReadsTheRunningKernel) { EXPECT_EQ(collectError("mountstats", Roots{}), ""); }

}  // namespace orchestrator_exporter
