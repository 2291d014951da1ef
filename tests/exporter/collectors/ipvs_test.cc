#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kStats =
    "   Total Incoming Outgoing         Incoming         Outgoing\n"
    "   Conns  Packets  Packets            Bytes            Bytes\n"
    "     16A     E336        0         51D8C888               2F\n"
    "\n"
    " Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s\n"
    "       4       1F        0              128                0\n";
constexpr std::string_view kHeader =
    "IP Virtual Server version 1.2.1 (size=4096)\n"
    "Prot LocalAddress:Port Scheduler Flags\n"
    "  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n";
constexpr std::string_view kServices =
    "TCP  C0000201:0050 wlc\n"
    "  -> C6336401:1F90      Masq    10     24         2\n"
    "  -> C6336402:1F90      Masq    20     30         4\n"
    "TCP  [2001:0DB8:0000:0000:0000:0000:0000:0001]:0050 sh\n"
    "  -> [2001:0DB8:0000:0000:0001:0000:0000:0002]:1F90      Route   1      5          6\n"
    "FWM  10001000 wlc\n"
    "  -> C6336403:1F90      Route   3     7          8\n";

TempSystem& ipvs(TempSystem& system, std::string_view services) {
  return system.file("proc/net/ip_vs_stats", kStats)
      .file("proc/net/ip_vs", std::string(kHeader) + std::string(services));
}

}  // namespace

TEST(Ipvs, ReportsTotalsAndRealServers) {
  TempSystem system;
  EXPECT_EQ(
      collectSamples("ipvs", ipvs(system, kServices)),
      R"(node_ipvs_backend_connections_active{local_address="",local_mark="10001000",local_port="0",proto="FWM",remote_address="198.51.100.3",remote_port="8080"} 7
node_ipvs_backend_connections_active{local_address="192.0.2.1",local_mark="",local_port="80",proto="TCP",remote_address="198.51.100.1",remote_port="8080"} 24
node_ipvs_backend_connections_active{local_address="192.0.2.1",local_mark="",local_port="80",proto="TCP",remote_address="198.51.100.2",remote_port="8080"} 30
node_ipvs_backend_connections_active{local_address="2001:db8::1",local_mark="",local_port="80",proto="TCP",remote_address="2001:db8::1:0:0:2",remote_port="8080"} 5
node_ipvs_backend_connections_inactive{local_address="",local_mark="10001000",local_port="0",proto="FWM",remote_address="198.51.100.3",remote_port="8080"} 8
node_ipvs_backend_connections_inactive{local_address="192.0.2.1",local_mark="",local_port="80",proto="TCP",remote_address="198.51.100.1",remote_port="8080"} 2
node_ipvs_backend_connections_inactive{local_address="192.0.2.1",local_mark="",local_port="80",proto="TCP",remote_address="198.51.100.2",remote_port="8080"} 4
node_ipvs_backend_connections_inactive{local_address="2001:db8::1",local_mark="",local_port="80",proto="TCP",remote_address="2001:db8::1:0:0:2",remote_port="8080"} 6
node_ipvs_backend_weight{local_address="",local_mark="10001000",local_port="0",proto="FWM",remote_address="198.51.100.3",remote_port="8080"} 3
node_ipvs_backend_weight{local_address="192.0.2.1",local_mark="",local_port="80",proto="TCP",remote_address="198.51.100.1",remote_port="8080"} 10
node_ipvs_backend_weight{local_address="192.0.2.1",local_mark="",local_port="80",proto="TCP",remote_address="198.51.100.2",remote_port="8080"} 20
node_ipvs_backend_weight{local_address="2001:db8::1",local_mark="",local_port="80",proto="TCP",remote_address="2001:db8::1:0:0:2",remote_port="8080"} 1
node_ipvs_connections_total 362
node_ipvs_incoming_bytes_total 1373161608
node_ipvs_incoming_packets_total 58166
node_ipvs_outgoing_bytes_total 47
node_ipvs_outgoing_packets_total 0
)");
}

TEST(Ipvs, AddsUpRealServersWhoseLabelsAreEqual) {
  TempSystem system;
  const std::string text =
      collectText("ipvs", ipvs(system, kServices),
                  Flags{{"collector.ipvs.backend-labels", "proto,local_port"}});
  EXPECT_THAT(text, testing::HasSubstr(
                        "# TYPE node_ipvs_backend_connections_active gauge\n"
                        "node_ipvs_backend_connections_active{local_port=\"0\",proto=\"FWM\"} 7\n"
                        "node_ipvs_backend_connections_active{local_port=\"80\",proto=\"TCP\"} 59\n"
                        "# "));
}

TEST(Ipvs, AddsUpAllRealServersWithoutLabels) {
  TempSystem system;
  EXPECT_THAT(
      collectSamples("ipvs", ipvs(system, kServices), Flags{{"collector.ipvs.backend-labels", ""}}),
      testing::StartsWith("node_ipvs_backend_connections_active 66\n"
                          "node_ipvs_backend_connections_inactive 20\n"
                          "node_ipvs_backend_weight 34\n"));
}

TEST(Ipvs, RefusesALabelThatDoesNotExist) {
  EXPECT_THROW(
      collectText("ipvs", TempSystem(), Flags{{"collector.ipvs.backend-labels", "proto,colour"}}),
      StartError);
}

TEST(Ipvs, HasNoDataIfBothFilesAreMissing) {
  EXPECT_EQ(collectError("ipvs", TempSystem()), "no data");
}

TEST(Ipvs, NeedsNoServicesForTheTotals) {
  TempSystem system;
  system.file("proc/net/ip_vs_stats", kStats);
  EXPECT_THAT(collectSamples("ipvs", system), testing::StartsWith("node_ipvs_connections_total"));
  EXPECT_EQ(collectComplaint("ipvs", system), "");
  system.directory("proc/net/ip_vs");
  EXPECT_EQ(collectComplaint("ipvs", system), "proc/net/ip_vs: Is a directory");
}

TEST(Ipvs, NeedsNoTotalsForTheServices) {
  const auto complaintOf = [](const std::string& totals) {
    TempSystem system;
    ipvs(system, kServices).file("proc/net/ip_vs_stats", "   Total\n   Conns\n" + totals);
    EXPECT_THAT(collectSamples("ipvs", system),
                testing::StartsWith("node_ipvs_backend_connections_active{local_address=\"\""));
    return collectComplaint("ipvs", system);
  };
  EXPECT_EQ(complaintOf("  1 2 3 4\n"),
            "proc/net/ip_vs_stats:3: expected five columns and a line end, got '  1 2 3 4'");
  EXPECT_EQ(complaintOf("  1 2 3 4 5"),
            "proc/net/ip_vs_stats:3: expected five columns and a line end, got '  1 2 3 4 5'");
  EXPECT_EQ(complaintOf("  1 2 3 4 many\n"),
            "proc/net/ip_vs_stats:3: expected a hexadecimal number, got 'many'");
  // The rates are no totals.
  EXPECT_EQ(complaintOf("\n Conns/s\n 4 1F 0 128 0\n"),
            "proc/net/ip_vs_stats:4: expected a row of totals above, got ' Conns/s'");
}

TEST(Ipvs, NeedsNoStatisticsForTheServices) {
  TempSystem system;
  ipvs(system, kServices).remove("proc/net/ip_vs_stats");
  EXPECT_THAT(collectSamples("ipvs", system),
              testing::StartsWith("node_ipvs_backend_connections_active"));
  EXPECT_EQ(collectComplaint("ipvs", system), "");
}

TEST(Ipvs, PassesOverALineThatBeginsNoService) {
  TempSystem system;
  ipvs(system,
       "TCP  C0000201:0050 wlc\nan unknown line\n  -> C6336401:1F90 Masq 1 1 2\nunknown 1 2 3\n"
       "  -> C6336402:1F90 Masq 1 1 2\n");
  EXPECT_THAT(collectSamples("ipvs", system), testing::AllOf(testing::HasSubstr("198.51.100.1"),
                                                             testing::HasSubstr("198.51.100.2")));
  EXPECT_EQ(collectComplaint("ipvs", system), "");
}

TEST(Ipvs, KnowsServicesOfSctp) {
  TempSystem system;
  ipvs(system, "SCTP C0000201:0050 wlc\n  -> C6336401:1F90 Masq 10 24 2\n");
  EXPECT_THAT(collectSamples("ipvs", system),
              testing::HasSubstr("local_address=\"192.0.2.1\",local_mark=\"\",local_port=\"80\","
                                 "proto=\"SCTP\",remote_address=\"198.51.100.1\""));
}

TEST(Ipvs, AServiceThatIsNotUnderstoodCostsItselfAndItsServers) {
  const auto complaintOf = [](const std::string& services) {
    TempSystem system;
    ipvs(system, std::string(kServices) + services + "  -> C6336409:1F90 Masq 1 1 1\n");
    EXPECT_THAT(collectSamples("ipvs", system),
                testing::AllOf(testing::HasSubstr("remote_address=\"198.51.100.1\""),
                               testing::Not(testing::HasSubstr("198.51.100.9"))));
    return collectComplaint("ipvs", system);
  };
  EXPECT_EQ(complaintOf("TCP\n"), "proc/net/ip_vs:11: expected at least 2 columns, got 1");
  EXPECT_EQ(complaintOf("TCP here wlc\n"),
            "proc/net/ip_vs:11: expected an IP address and a port, got 'here'");
  EXPECT_EQ(complaintOf("TCP [2001:0DB8:0000:0000:0000:0000:0000:000g]:0050 wlc\n"),
            "proc/net/ip_vs:11: expected an IP address and a port, "
            "got '[2001:0DB8:0000:0000:0000:0000:0000:000g]:0050'");
  EXPECT_EQ(complaintOf("DCCP C0000201:0050 wlc\n"),
            "proc/net/ip_vs:11: expected a virtual service, got 'DCCP C0000201:0050 wlc'");
}

TEST(Ipvs, AServerThatIsGarbledCostsItself) {
  TempSystem system;
  ipvs(system,
       "TCP  C0000201:0050 wlc\n  -> C6336401:1F90\n  -> C6336402:1F90 Masq many 1 2\n"
       "  -> C6336403:1F90 Masq 1 1 2\n");
  EXPECT_THAT(collectSamples("ipvs", system),
              testing::AllOf(testing::HasSubstr("198.51.100.3"),
                             testing::Not(testing::HasSubstr("198.51.100.1")),
                             testing::Not(testing::HasSubstr("198.51.100.2"))));
  EXPECT_EQ(collectComplaint("ipvs", system),
            "proc/net/ip_vs:5: expected at least 4 columns, got 2; "
            "proc/net/ip_vs:6: expected a whole number of at most 64 bits, got 'many'");
}

}  // namespace orchestrator_exporter
