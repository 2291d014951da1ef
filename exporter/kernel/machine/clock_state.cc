#include "exporter/kernel/machine/clock_state.h"

#include <cerrno>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

namespace {

// Frequencies come in parts per million with 16 bits behind the point.
constexpr double kScaledPpm = 65536.0 * 1e6;
constexpr double kMicroseconds = 1e6;
constexpr double kNanoseconds = 1e9;

double scaled(long value, double divisor) { return static_cast<double>(value) / divisor; }

}  // namespace

ClockState clockState(const timex& answer, int state) {
  const double fraction = (answer.status & STA_NANO) != 0 ? kNanoseconds : kMicroseconds;
  ClockState clock;
  clock.synchronized = state != TIME_ERROR;
  clock.offset = scaled(answer.offset, fraction);
  clock.frequencyRatio = 1 + scaled(answer.freq, kScaledPpm);
  clock.mostError = scaled(answer.maxerror, kMicroseconds);
  clock.estimatedError = scaled(answer.esterror, kMicroseconds);
  clock.status = answer.status;
  clock.loopTimeConstant = scaled(answer.constant, 1);
  clock.tick = scaled(answer.tick, kMicroseconds);
  clock.taiOffset = answer.tai;
  clock.pulseFrequency = scaled(answer.ppsfreq, kScaledPpm);
  clock.pulseJitter = scaled(answer.jitter, fraction);
  clock.pulseShift = answer.shift;
  clock.pulseStability = scaled(answer.stabil, kScaledPpm);
  clock.jitterExceeded = scaled(answer.jitcnt, 1);
  clock.calibrations = scaled(answer.calcnt, 1);
  clock.calibrationErrors = scaled(answer.errcnt, 1);
  clock.stabilityExceeded = scaled(answer.stbcnt, 1);
  return clock;
}

std::optional<ClockState> readClockState() {
  timex answer{};
  const int state = adjtimex(&answer);
  if (state < 0 && errno == EPERM) return std::nullopt;
  if (state < 0) throw ReadError(errno, "adjtimex");
  return clockState(answer, state);
}

}  // namespace orchestrator_exporter
