#include "exporter/host/collector.h"
#include "exporter/kernel/machine/clock_state.h"

namespace orchestrator_exporter {

namespace {

class Timex final : public Collector {
  void collect(Kernel&, Sink& out) override {
    const auto clock = readClockState();
    if (!clock) throw NoData{};

    out.gauge("node_timex_sync_status", "Whether the clock follows a reference.")
        .add(clock->synchronized ? 1 : 0);
    out.gauge("node_timex_offset_seconds", "Offset between the system's time and the reference.")
        .add(clock->offset);
    out.gauge("node_timex_frequency_adjustment_ratio", "Rate of the clock against its hardware.")
        .add(clock->frequencyRatio);
    out.gauge("node_timex_maxerror_seconds", "Largest error that the clock may have.")
        .add(clock->mostError);
    out.gauge("node_timex_estimated_error_seconds", "Error that the clock is thought to have.")
        .add(clock->estimatedError);
    out.gauge("node_timex_status", "Status bits of the clock.").add(clock->status);
    out.gauge("node_timex_loop_time_constant", "Time constant of the phase-locked loop.")
        .add(clock->loopTimeConstant);
    out.gauge("node_timex_tick_seconds", "Time between two ticks of the clock.").add(clock->tick);
    out.gauge("node_timex_tai_offset_seconds", "Offset of UTC from International Atomic Time.")
        .add(clock->taiOffset);
    givePulse(*clock, out);
  }

  static void givePulse(const ClockState& clock, Sink& out) {
    out.gauge("node_timex_pps_frequency_hertz", "Frequency offset that the pulses show.")
        .add(clock.pulseFrequency);
    out.gauge("node_timex_pps_jitter_seconds", "Jitter of the pulses.").add(clock.pulseJitter);
    out.gauge("node_timex_pps_shift_seconds", "Length of the calibration interval, a power of two.")
        .add(clock.pulseShift);
    out.gauge("node_timex_pps_stability_hertz", "Wander of the pulses' frequency.")
        .add(clock.pulseStability);
    out.counter("node_timex_pps_jitter_total", "Pulses that jittered beyond the limit.")
        .add(clock.jitterExceeded);
    out.counter("node_timex_pps_calibration_total", "Calibration intervals.")
        .add(clock.calibrations);
    out.counter("node_timex_pps_error_total", "Calibration intervals with an error.")
        .add(clock.calibrationErrors);
    out.counter("node_timex_pps_stability_exceeded_total",
                "Calibration intervals in which the frequency wandered beyond the limit.")
        .add(clock.stabilityExceeded);
  }
};

const RegisterCollector<Timex> timexCollector{{.name = "timex", .reads = "adjtimex(2)"}};

}  // namespace

}  // namespace orchestrator_exporter
