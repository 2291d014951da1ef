#include "exporter/profiling/thread_states.h"

#include "metrics/base/process/process_stat.h"
#include "metrics/base/utf8.h"
#include "metrics/profiling/hot_spots.h"

namespace orchestrator_exporter::profiling {

void ThreadStates::look(std::int64_t nanosecondsSinceLast) {
  for (const int process : processes_) {
    threads_.clear();
    if (directory_.listThreads(process, threads_) != 0) continue;  // it has ended
    for (const TaskEntry& thread : threads_) {
      const auto file = directory_.read(process, thread.id, "stat");
      const auto stat = file.error == 0 ? readProcessStat(file.text) : std::nullopt;
      if (!stat || (stat->state != 'S' && stat->state != 'D')) continue;
      const std::string name = toUtf8(stat->command);
      const char state = stat->state;
      const auto channel = directory_.read(process, thread.id, "wchan");
      // 0 stands for a thread that runs again, and for what the kernel does not tell.
      const bool isTold = channel.error == 0 && channel.text != "0" && !channel.text.empty();
      waits_[{name, {state, isTold ? toUtf8(channel.text) : ""}}] += nanosecondsSinceLast;
    }
  }
}

void ThreadStates::addTo(Profile& profile, std::size_t type) const {
  for (const auto& [wait, nanoseconds] : waits_) {
    const auto& [thread, place] = wait;
    std::vector<std::uint32_t> frames = {
        profile.frame({.name = thread, .kind = FrameKind::kThread}),
        profile.frame({.name = std::string(place.first == 'D' ? kWaitsForDevice : kWaits),
                       .kind = FrameKind::kKernel})};
    if (!place.second.empty()) {
      frames.push_back(
          profile.frame({.name = place.second, .binary = "[kernel]", .kind = FrameKind::kKernel}));
    }
    std::vector<std::int64_t> values(profile.types().size());
    values.at(type) = nanoseconds;
    profile.add(frames, values);
  }
}

}  // namespace orchestrator_exporter::profiling
