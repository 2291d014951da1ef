#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/known_value.h"

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
  // Which counter's value is known; those that a kernel does not count are 0, as with
  // node_exporter.
  using Values = std::array<std::optional<double>, kCounters.size()>;

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    Values values;
    values.fill(0);
    const KernelFile file = kernel.require("proc/net/xfrm_stat");
    bool anyRow = false;
    for (const Row& row : file.rows()) anyRow |= readRow(row, values);
    complaints_.failIfNothingWasRead();
    if (!anyRow) throw ParseError(file.path, 1, "a counter of transformations", file.text);
    for (std::size_t i = 0; i < kCounters.size(); ++i) {
      addIfKnown(out.counter(kCounters[i].family, kCounters[i].help), values[i]);
    }
  }

  std::string complaint() const override { return complaints_.text(); }

  // False for a counter that is not known.
  bool readRow(const Row& row, Values& values) {
    const auto counter =
        std::find_if(kCounters.begin(), kCounters.end(),
                     [&](const Counter& known) { return known.key == row.find(0); });
    if (counter == kCounters.end()) return false;
    auto& value = values[static_cast<std::size_t>(counter - kCounters.begin())];
    value.reset();
    complaints_.attempt([&] { value = static_cast<double>(row.integer(1)); });
    return true;
  }

  Complaints complaints_;
};

const RegisterCollector<Xfrm> xfrm{
    {.name = "xfrm", .onByDefault = kOffByDefault, .reads = "proc/net/xfrm_stat"}};

}  // namespace

}  // namespace orchestrator_exporter
