#include "exporter/profiling/sampling.h"

#include <time.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "exporter/profiling/stack_collector.h"
#include "exporter/profiling/thread_states.h"

namespace orchestrator_exporter::profiling {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBetweenReads{100};
constexpr std::chrono::milliseconds kBetweenLooks{50};

std::int64_t clockNanoseconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

std::vector<ValueType> typesOf(bool withWaits) {
  std::vector<ValueType> types = {{"samples", "count"}, {"cpu", "nanoseconds"}};
  if (withWaits) types.push_back({"wall", "nanoseconds"});
  return types;
}

}  // namespace

Profile sampled(const SamplingRun& run, const std::function<bool()>& isStopped) {
  const std::int64_t period = 1'000'000'000 / std::max(1U, run.sampling.frequency);
  Profile profile(typesOf(run.withWaits), run.withWaits ? 2 : 1);
  profile.title = run.title;
  profile.period = period;
  profile.startNanoseconds = clockNanoseconds(CLOCK_REALTIME);

  PerfRings rings(run.sampling);
  StackCollector collector(run.sampling.withStacks);
  ThreadStates states(run.sampling.processes);
  const std::int64_t ownBegin = clockNanoseconds(CLOCK_PROCESS_CPUTIME_ID);
  const Clock::time_point begin = Clock::now();
  const Clock::time_point end = begin + run.duration;
  const auto read = [&] { rings.read([&](std::string_view record) { collector.take(record); }); };
  rings.start();
  Clock::time_point looked = begin;
  for (Clock::time_point now = begin; now < end && !isStopped() && !rings.allEnded();
       now = Clock::now()) {
    const auto most = run.withWaits ? kBetweenLooks : kBetweenReads;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - now);
    rings.wait(std::min(most, left + std::chrono::milliseconds(1)));
    read();
    if (!run.withWaits) continue;
    const Clock::time_point next = Clock::now();
    states.look(std::chrono::nanoseconds(next - looked).count());
    looked = next;
  }
  rings.stop();
  read();
  profile.durationNanoseconds = std::chrono::nanoseconds(Clock::now() - begin).count();
  const std::int64_t own = clockNanoseconds(CLOCK_PROCESS_CPUTIME_ID) - ownBegin;

  collector.addTo(profile, period);
  if (run.withWaits) states.addTo(profile, 2);
  profile.notes.push_back(
      "Sampling used " + valueText(static_cast<double>(own), "nanoseconds") + " of CPU itself, " +
      shareText(static_cast<double>(own), static_cast<double>(profile.durationNanoseconds)) +
      " of one processor.");
  if (collector.lost() > 0) {
    profile.notes.push_back(std::to_string(collector.lost()) +
                            " records were lost because they came faster than they were read.");
  }
  if (!rings.seesKernel()) {
    profile.notes.emplace_back(
        "The kernel's own functions are left out: that needs CAP_PERFMON or "
        "kernel.perf_event_paranoid at 1 or less.");
  }
  if (!rings.countsCycles()) {
    profile.notes.emplace_back(
        "The kernel's clock was used: there are no hardware counters here, as in most virtual "
        "machines.");
  }
  return profile;
}

}  // namespace orchestrator_exporter::profiling
