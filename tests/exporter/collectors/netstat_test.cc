#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

TempSystem& pair(TempSystem& system, std::string_view text) {
  return system.file("proc/net/netstat", text).file("proc/net/snmp", "");
}

}  // namespace

TEST(Netstat, ReportsTheFieldsOfTheDefaultExpression) {
  EXPECT_EQ(collectSamples("netstat", fixture("typical")), R"(node_netstat_Icmp6_InErrors 0
node_netstat_Icmp6_InMsgs 0
node_netstat_Icmp6_OutMsgs 8
node_netstat_Icmp_InErrors 2
node_netstat_Icmp_InMsgs 104
node_netstat_Icmp_OutMsgs 120
node_netstat_Ip6_InOctets 460
node_netstat_Ip6_OutOctets 536
node_netstat_IpExt_InOctets 6286396970
node_netstat_IpExt_OutOctets 2786264347
node_netstat_Ip_Forwarding 1
node_netstat_TcpExt_ListenDrops 6
node_netstat_TcpExt_ListenOverflows 5
node_netstat_TcpExt_SyncookiesFailed 2
node_netstat_TcpExt_SyncookiesRecv 1
node_netstat_TcpExt_SyncookiesSent 0
node_netstat_TcpExt_TCPOFOQueue 8
node_netstat_TcpExt_TCPRcvQDrop 0
node_netstat_TcpExt_TCPSynRetrans 90
node_netstat_TcpExt_TCPTimeouts 70
node_netstat_Tcp_ActiveOpens 3556
node_netstat_Tcp_CurrEstab 7
node_netstat_Tcp_InErrs 5
node_netstat_Tcp_InSegs 57252008
node_netstat_Tcp_OutRsts 1003
node_netstat_Tcp_OutSegs 54915039
node_netstat_Tcp_PassiveOpens 230
node_netstat_Tcp_RetransSegs 227
node_netstat_Udp6_InDatagrams 1
node_netstat_Udp6_InErrors 0
node_netstat_Udp6_NoPorts 2
node_netstat_Udp6_OutDatagrams 3
node_netstat_Udp6_RcvbufErrors 9
node_netstat_Udp6_SndbufErrors 8
node_netstat_UdpLite6_InErrors 0
node_netstat_UdpLite_InErrors 0
node_netstat_Udp_InDatagrams 88542
node_netstat_Udp_InErrors 9
node_netstat_Udp_NoPorts 120
node_netstat_Udp_OutDatagrams 53028
node_netstat_Udp_RcvbufErrors 9
node_netstat_Udp_SndbufErrors 8
)");
}

TEST(Netstat, GivesUntypedFamiliesThatNameTheField) {
  TempSystem system;
  pair(system, "IpExt: InOctets\nIpExt: 7\n");
  EXPECT_EQ(
      collectText("netstat", system),
      "# HELP node_netstat_IpExt_InOctets Statistic InOctets of IpExt as the kernel counts it.\n"
      "# TYPE node_netstat_IpExt_InOctets untyped\n"
      "node_netstat_IpExt_InOctets 7\n");
}

TEST(Netstat, TakesOtherFieldsByItsFlag) {
  EXPECT_EQ(collectSamples("netstat", fixture("typical"),
                           Flags{{"collector.netstat.fields", "^(Tcp_MaxConn|Icmp6_Out.*)$"}}),
            "node_netstat_Icmp6_OutMsgs 8\n"
            "node_netstat_Icmp6_OutType143 4\n"
            "node_netstat_Tcp_MaxConn -1\n");
}

TEST(Netstat, RefusesABadExpression) {
  EXPECT_THROW(collectText("netstat", fixture("typical"), Flags{{"collector.netstat.fields", "("}}),
               StartError);
}

TEST(Netstat, DoesWithoutIpv6) {
  TempSystem system;
  pair(system, "IpExt: InOctets\nIpExt: 7\n");
  EXPECT_EQ(collectSamples("netstat", system), "node_netstat_IpExt_InOctets 7\n");
}

TEST(Netstat, SkipsNamesOfSnmp6WithoutASix) {
  TempSystem system;
  pair(system, "").file("proc/net/snmp6", "IpInOctets 1\nIp6InOctets 2\nIp6OutOctets\n");
  EXPECT_EQ(collectSamples("netstat", system), "node_netstat_Ip6_InOctets 2\n");
}

TEST(Netstat, IgnoresWordsInFieldsThatAreNotTaken) {
  TempSystem system;
  pair(system, "IpExt: InOctets InTruncatedPkts\nIpExt: 7 many\n");
  EXPECT_EQ(collectSamples("netstat", system), "node_netstat_IpExt_InOctets 7\n");
}

TEST(Netstat, TakesTheLastOfAFieldThatComesTwice) {
  TempSystem system;
  pair(system, "Ip: Forwarding\nIp: 1\n").file("proc/net/snmp", "Ip: Forwarding\nIp: 2\n");
  EXPECT_EQ(collectSamples("netstat", system), "node_netstat_Ip_Forwarding 2\n");
}

TEST(Netstat, GivesTheOtherFileWhereOneIsMissing) {
  TempSystem system;
  system.file("proc/net/snmp", "Ip: Forwarding\nIp: 2\n");
  EXPECT_EQ(collectSamples("netstat", system), "node_netstat_Ip_Forwarding 2\n");
  EXPECT_EQ(collectComplaint("netstat", system), "proc/net/netstat: No such file or directory");
}

TEST(Netstat, FailsWhereNothingCanBeRead) {
  EXPECT_EQ(collectError("netstat", TempSystem()), "proc/net/netstat: No such file or directory");
}

TEST(Netstat, LeavesOutAFieldThatIsNoNumber) {
  TempSystem system;
  pair(system, "IpExt: InOctets OutOctets\nIpExt: many 7\n");
  EXPECT_EQ(collectSamples("netstat", system), "node_netstat_IpExt_OutOctets 7\n");
  EXPECT_EQ(collectComplaint("netstat", system),
            "proc/net/netstat:2: expected a number, got 'many'");
}

TEST(Netstat, LeavesOutAPairWhoseNamesAndValuesDifferInNumber) {
  TempSystem system;
  pair(system, "IpExt: InOctets OutOctets\nIpExt: 7\nIp: Forwarding\nIp: 1\n");
  EXPECT_EQ(collectSamples("netstat", system), "node_netstat_Ip_Forwarding 1\n");
  EXPECT_EQ(collectComplaint("netstat", system),
            "proc/net/netstat:2: expected as many values as names above, got 'IpExt: 7'");
}

TEST(Netstat, LeavesOutNamesWithoutValuesAndValuesWithoutNames) {
  TempSystem system;
  pair(system, "TcpExt: ListenDrops\nIpExt: InOctets\nIpExt: 7\nUdp: 4 5\nIp: Forwarding\nIp: 1\n");
  EXPECT_EQ(collectSamples("netstat", system),
            "node_netstat_IpExt_InOctets 7\nnode_netstat_Ip_Forwarding 1\n");
  EXPECT_EQ(collectComplaint("netstat", system),
            "proc/net/netstat:1: expected values of the same protocol below, got "
            "'TcpExt: ListenDrops'; proc/net/netstat:4: expected values of the same protocol "
            "below, got 'Udp: 4 5'");
}

TEST(Netstat, PassesOverUnknownAndEmptyRows) {
  TempSystem system;
  pair(system, "\nIpExt: InOctets\nsomething else\nIpExt: 7\n\nNew: Field\nNew: 3\n")
      .file("proc/net/snmp6", "\nsomething\nIp6New 4\nIp6InOctets 2\n");
  EXPECT_EQ(collectSamples("netstat", system),
            "node_netstat_Ip6_InOctets 2\nnode_netstat_IpExt_InOctets 7\n");
  EXPECT_EQ(collectComplaint("netstat", system), "");
}

TEST(Netstat, LeavesOutAValueOfSnmp6ThatIsNoNumber) {
  TempSystem system;
  pair(system, "").file("proc/net/snmp6", "Ip6InOctets many\nIp6OutOctets 3\n");
  EXPECT_EQ(collectSamples("netstat", system), "node_netstat_Ip6_OutOctets 3\n");
  EXPECT_EQ(collectComplaint("netstat", system), "proc/net/snmp6:1: expected a number, got 'many'");
}

}  // namespace orchestrator_exporter
