#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Xfrm, ReportsTheCountersThatItKnows) {
  EXPECT_EQ(collectSamples("xfrm", fixture("typical")),
            R"(node_xfrm_acquire_error_packets_total 28
node_xfrm_fwd_hdr_error_packets_total 26
node_xfrm_in_buffer_error_packets_total 2
node_xfrm_in_error_packets_total 1
node_xfrm_in_hdr_error_packets_total 3
node_xfrm_in_no_pols_packets_total 12
node_xfrm_in_no_states_packets_total 4
node_xfrm_in_pol_block_packets_total 13
node_xfrm_in_pol_error_packets_total 14
node_xfrm_in_state_expired_packets_total 8
node_xfrm_in_state_invalid_packets_total 10
node_xfrm_in_state_mismatch_packets_total 9
node_xfrm_in_state_mode_error_packets_total 6
node_xfrm_in_state_proto_error_packets_total 5
node_xfrm_in_state_seq_error_packets_total 7
node_xfrm_in_tmpl_mismatch_packets_total 11
node_xfrm_out_bundle_check_error_packets_total 17
node_xfrm_out_bundle_gen_error_packets_total 16
node_xfrm_out_error_packets_total 15
node_xfrm_out_no_states_packets_total 18
node_xfrm_out_pol_block_packets_total 23
node_xfrm_out_pol_dead_packets_total 24
node_xfrm_out_pol_error_packets_total 25
node_xfrm_out_state_expired_packets_total 22
node_xfrm_out_state_invalid_packets_total 27
node_xfrm_out_state_mode_error_packets_total 20
node_xfrm_out_state_proto_error_packets_total 19
node_xfrm_out_state_seq_error_packets_total 21
)");
}

TEST(Xfrm, GivesZeroForWhatTheKernelDoesNotCount) {
  TempSystem system;
  system.file("proc/net/xfrm_stat", "XfrmInError 7\n");
  const std::string text = collectText("xfrm", system);
  EXPECT_THAT(text, testing::HasSubstr("# TYPE node_xfrm_in_error_packets_total counter\n"
                                       "node_xfrm_in_error_packets_total 7\n"));
  EXPECT_THAT(text, testing::HasSubstr("\nnode_xfrm_acquire_error_packets_total 0\n"));
}

TEST(Xfrm, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("xfrm", TempSystem()), "proc/net/xfrm_stat: No such file or directory");
}

TEST(Xfrm, LeavesOutACounterThatIsGarbledAndPassesOverNewOnes) {
  TempSystem system;
  system.file("proc/net/xfrm_stat",
              "\nXfrmInError many\nXfrmInIptfsError 5\nsome words more\nXfrmInHdrError\n"
              "XfrmInNoStates 4 new\n");
  const std::string samples = collectSamples("xfrm", system);
  EXPECT_THAT(samples, testing::HasSubstr("node_xfrm_in_no_states_packets_total 4\n"));
  EXPECT_THAT(samples, testing::Not(testing::HasSubstr("node_xfrm_in_error_")));
  EXPECT_THAT(samples, testing::Not(testing::HasSubstr("in_hdr_error")));
  EXPECT_EQ(collectComplaint("xfrm", system),
            "proc/net/xfrm_stat:2: expected a whole number, got 'many'; "
            "proc/net/xfrm_stat:5: expected at least 2 columns, got 1");
}

TEST(Xfrm, FailsWhereNoCounterCanBeRead) {
  const auto errorOf = [](std::string_view text) {
    TempSystem system;
    system.file("proc/net/xfrm_stat", text);
    return collectError("xfrm", system);
  };
  EXPECT_EQ(errorOf("XfrmInError many\n"),
            "proc/net/xfrm_stat:1: expected a whole number, got 'many'");
  EXPECT_EQ(errorOf(""), "proc/net/xfrm_stat:1: expected a counter of transformations, got ''");
}

}  // namespace orchestrator_exporter
