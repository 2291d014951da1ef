#pragma once

#include <sys/timex.h>

#include <optional>

namespace orchestrator_exporter {

// How the kernel keeps the time, from adjtimex(2) in mode 0, which only asks. Times are in seconds.
struct ClockState {
  bool synchronized = false;
  double offset = 0;
  double frequencyRatio = 1;  // rate of the clock against its hardware
  double mostError = 0;
  double estimatedError = 0;
  double status = 0;  // the STA_ bits
  double loopTimeConstant = 0;
  double tick = 0;
  double taiOffset = 0;

  // What a pulse-per-second source tells.
  double pulseFrequency = 0;  // hertz
  double pulseJitter = 0;
  double pulseShift = 0;      // length of the calibration interval, a power of two
  double pulseStability = 0;  // hertz
  double jitterExceeded = 0;
  double calibrations = 0;
  double calibrationErrors = 0;
  double stabilityExceeded = 0;
};

// The answer in base units; `state` is what adjtimex returned.
ClockState clockState(const timex& answer, int state);

// The state of this kernel's clock; nullopt if it may not be asked (EPERM, as in a container).
// Throws ReadError for other failures.
std::optional<ClockState> readClockState();

}  // namespace orchestrator_exporter
