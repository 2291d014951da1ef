// What bench/profile measures: work of a known size, which prints the CPU time that it took.
//   profile_load spans|plain ROUNDS   a round is 10 µs of work or so, in a span or in none
//   profile_load functions ROUNDS     twelve functions, each of a tenth less work than the one
//   before
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "metrics/base/process/thread_cpu_clock.h"
#include "metrics/profiling/profiler.h"

namespace {

using orchestrator_exporter::Profiler;
using orchestrator_exporter::ProfileSpan;
using orchestrator_exporter::ThreadCpuClock;

volatile std::uint64_t result = 0;

[[gnu::always_inline]] inline void work(unsigned steps) {
  std::uint64_t value = result;
  for (unsigned step = 0; step < steps; ++step) {
    value = value * 6364136223846793005U + 1442695040888963407U;
  }
  result = value;
}

// A function of its own for each number.
template <int kNumber>
[[gnu::noinline]] void workOf() {
  constexpr unsigned kSteps = 100'000;
  work(kSteps - kSteps / 13 * kNumber);
  result = result + kNumber;
}

template <int... kNumbers>
void workOfAll(std::integer_sequence<int, kNumbers...>) {
  (workOf<kNumbers>(), ...);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const std::string mode = arguments[1];
  const long rounds = std::atol(arguments[2]);
  constexpr unsigned kRoundSteps = 8'000;
  Profiler profiler({.enabled = mode == "spans"});
  const auto begin = ThreadCpuClock::now();
  for (long round = 0; round < rounds; ++round) {
    if (mode == "functions") {
      workOfAll(std::make_integer_sequence<int, 12>());
    } else {
      const ProfileSpan span(profiler, "round");
      work(kRoundSteps);
    }
  }
  const std::chrono::duration<double> seconds = ThreadCpuClock::now() - begin;
  std::printf("%.6f\n", seconds.count());
}
