#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

// Documentation/networking/xfrm_proc.rst of the kernel.
struct Counter {
  std::string_view key;
  std::string_view family;
  std::string_view help;
};

constexpr std::array kCounters = {
    Counter{"XfrmInError", "node_xfrm_in_error_packets_total",
            "Inbound packets in error for no other reason counted."},
    Counter{"XfrmInBufferError", "node_xfrm_in_buffer_error_packets_total",
            "Inbound packets for which no buffer was left."},
    Counter{"XfrmInHdrError", "node_xfrm_in_hdr_error_packets_total",
            "Inbound packets with a bad header."},
    Counter{"XfrmInNoStates", "node_xfrm_in_no_states_packets_total",
            "Inbound packets without a state: wrong index, address or protocol."},
    Counter{"XfrmInStateProtoError", "node_xfrm_in_state_proto_error_packets_total",
            "Inbound packets that the transformation protocol refused, by a wrong key perhaps."},
    Counter{"XfrmInStateModeError", "node_xfrm_in_state_mode_error_packets_total",
            "Inbound packets that the transformation mode refused."},
    Counter{"XfrmInStateSeqError", "node_xfrm_in_state_seq_error_packets_total",
            "Inbound packets with a sequence number out of the window."},
    Counter{"XfrmInStateExpired", "node_xfrm_in_state_expired_packets_total",
            "Inbound packets of an expired state."},
    Counter{"XfrmInStateMismatch", "node_xfrm_in_state_mismatch_packets_total",
            "Inbound packets whose state has a mismatching option."},
    Counter{"XfrmInStateInvalid", "node_xfrm_in_state_invalid_packets_total",
            "Inbound packets of an invalid state."},
    Counter{"XfrmInTmplMismatch", "node_xfrm_in_tmpl_mismatch_packets_total",
            "Inbound packets without a matching template of their states."},
    Counter{"XfrmInNoPols", "node_xfrm_in_no_pols_packets_total",
            "Inbound packets with states but without a policy."},
    Counter{"XfrmInPolBlock", "node_xfrm_in_pol_block_packets_total",
            "Inbound packets that a policy discards."},
    Counter{"XfrmInPolError", "node_xfrm_in_pol_error_packets_total",
            "Inbound packets whose policy is in error."},
    Counter{"XfrmOutError", "node_xfrm_out_error_packets_total",
            "Outbound packets in error for no other reason counted."},
    Counter{"XfrmOutBundleGenError", "node_xfrm_out_bundle_gen_error_packets_total",
            "Outbound packets whose bundle could not be made."},
    Counter{"XfrmOutBundleCheckError", "node_xfrm_out_bundle_check_error_packets_total",
            "Outbound packets whose bundle did not stand the check."},
    Counter{"XfrmOutNoStates", "node_xfrm_out_no_states_packets_total",
            "Outbound packets without a state."},
    Counter{"XfrmOutStateProtoError", "node_xfrm_out_state_proto_error_packets_total",
            "Outbound packets that the transformation protocol refused."},
    Counter{"XfrmOutStateModeError", "node_xfrm_out_state_mode_error_packets_total",
            "Outbound packets that the transformation mode refused."},
    Counter{"XfrmOutStateSeqError", "node_xfrm_out_state_seq_error_packets_total",
            "Outbound packets for which no sequence number was left."},
    Counter{"XfrmOutStateExpired", "node_xfrm_out_state_expired_packets_total",
            "Outbound packets of an expired state."},
    Counter{"XfrmOutPolBlock", "node_xfrm_out_pol_block_packets_total",
            "Outbound packets that a policy discards."},
    Counter{"XfrmOutPolDead", "node_xfrm_out_pol_dead_packets_total",
            "Outbound packets whose policy is dead."},
    Counter{"XfrmOutPolError", "node_xfrm_out_pol_error_packets_total",
            "Outbound packets whose policy is in error."},
    Counter{"XfrmFwdHdrError", "node_xfrm_fwd_hdr_error_packets_total",
            "Packets to be forwarded whose header did not let routing find their way."},
    Counter{"XfrmOutStateInvalid", "node_xfrm_out_state_invalid_packets_total",
            "Outbound packets of an invalid state."},
    Counter{"XfrmAcquireError", "node_xfrm_acquire_error_packets_total",
            "Packets for which a state could not be acquired."},
};

class Xfrm final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    std::array<std::int64_t, kCounters.size()> values{};
    for (const Row& row : kernel.require("proc/net/xfrm_stat").rows()) {
      if (row.size() != 2) throw row.error("a name and a value", row.text());
      const std::int64_t value = row.integer(1);
      for (std::size_t i = 0; i < kCounters.size(); ++i) {
        if (kCounters[i].key == row.word(0)) values[i] = value;
      }
    }
    for (std::size_t i = 0; i < kCounters.size(); ++i) {
      out.counter(kCounters[i].family, kCounters[i].help).add(static_cast<double>(values[i]));
    }
  }
};

const RegisterCollector<Xfrm> xfrm{
    {.name = "xfrm", .onByDefault = kOffByDefault, .reads = "proc/net/xfrm_stat"}};

}  // namespace

}  // namespace orchestrator_exporter
