#include "metrics/analysis/bottlenecks/host_advice.h"

#include <algorithm>
#include <cmath>

#include "metrics/analysis/trends.h"
#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::analysis {

namespace {

using promql::quote;

// Whether what grows does so without an end, and when memory is full if it goes on.
std::string leak(const Case& one, const Consumer& who) {
  const bool isGroup = who.kind == "group";
  const std::string family =
      isGroup ? "namedprocess_namegroup_memory_bytes" : "cgroup_memory_stat_bytes";
  const std::string expression =
      "sum(" + family +
      one.on((isGroup ? "memtype=\"resident\",groupname=" : "field=\"anon\",cgroup=") +
             quote(who.name)) +
      ")";
  constexpr std::int64_t kHour = 3'600'000;
  const std::int64_t now = one.figures.time();
  const Signal memory{.name = who.name, .expression = expression, .unit = "bytes"};
  const auto tracks = evaluate(one.figures.question(), memory, {now - kHour + 60'000, now, 60'000});
  if (tracks.empty()) return {};
  const Trend trend = trendOf(tracks.front(), now, kHour);
  if (trend.trend != TrendClass::kRising) return {};
  std::string text = nameOf(who) + " grows by " + byteWords(trend.changeAnHour) +
                     " an hour, steadily: a leak if its work does not grow";
  const double left = one.figures.one("node_memory_MemAvailable_bytes" + one.on());
  if (left > 0) {
    text += "; memory is full in " +
            durationWords(std::llround(left / trend.changeAnHour * static_cast<double>(kHour)));
  }
  return sentence(text) + ".";
}

}  // namespace

std::vector<std::string> cpuAdvice(const Case& one) {
  std::vector<std::string> advice;
  const double cpus = one.cpus();
  const Evidence* used = one.evidence("cpu.utilisation");
  const Evidence* pressure = one.evidence("cpu.pressure");
  if (pressure == nullptr) pressure = one.evidence("cpu.run_queue");
  if (const Evidence* throttled = one.evidence("cpu.throttled")) {
    const std::string group = one.place().component;
    const double limit =
        one.figures.one("cgroup_cpu_limit_cpus" + one.on("cgroup=" + quote(group)));
    // So much that what is throttled now would have run.
    const double wanted = limit / std::max(0.1, 1 - throttled->value);
    advice.push_back("Control group " + group + " is throttled in " + shareWords(throttled->value) +
                     " of its periods: raise its cpu.max" +
                     (std::isnan(limit)
                          ? "."
                          : " from " + valueWords(limit) + " to " + valueWords(wanted) + " CPUs."));
  }
  if (const Evidence* steal = one.evidence("cpu.steal")) {
    advice.push_back("The hypervisor took " + shareWords(steal->value) +
                     " of the CPUs for others: ask the owner of the hypervisor for the CPUs that "
                     "this machine was promised.");
  }
  if (one.place().component == "host" && pressure != nullptr) {
    const std::string who = whoOf(one);
    advice.push_back(who.empty()
                         ? "Who takes the CPUs is not observed: the collectors namedprocess "
                           "and cgroup tell it."
                         : sentence(who) + ".");
    std::string remedy = "Tasks wait for a CPU " + shareWords(pressure->value) + " of the time: " +
                         (who.empty() ? "run fewer of them at once"
                                      : "run fewer tasks of it at once, lower its CPUQuota");
    if (!std::isnan(cpus)) {
      const double more = std::max(1.0, std::ceil(pressure->value * cpus));
      remedy += ", or add " + valueWords(more) + (more == 1 ? " CPU" : " CPUs");
    }
    advice.push_back(remedy + ".");
  } else if (used != nullptr) {
    std::string text = "The CPUs are " + shareWords(used->value) +
                       " busy and nothing waits for them: no action is needed";
    if (!std::isnan(cpus)) {
      text += "; " + valueWords((1 - used->value) * cpus) + " of " + valueWords(cpus) +
              " CPUs are left";
    }
    advice.push_back(text + ".");
  }
  if (one.evidence("cpu.one_core") != nullptr) {
    const std::string who = whoOf(one);
    advice.push_back(
        "One CPU is always busy while others are idle: more CPUs do not help a program "
        "of one thread; profile it" +
        (who.empty() ? std::string(".") : " (" + who + ")."));
  }
  return advice;
}

std::vector<std::string> memoryAdvice(const Case& one) {
  std::vector<std::string> advice;
  const std::string& component = one.place().component;
  if (component != "host") {
    const std::string group = "cgroup=" + quote(component);
    const double limit = one.figures.one("cgroup_memory_limit_bytes" + one.on(group));
    const Evidence* used = one.evidence("memory.cgroup_limit");
    const bool killed = one.evidence("memory.oom") != nullptr;
    std::string text = "Control group " + component;
    if (killed) text += " had processes killed for want of memory";
    if (used != nullptr) {
      text +=
          std::string(killed ? " and" : "") + " uses " + shareWords(used->value) + " of its memory";
    }
    constexpr double kRoom = 1.25;
    if (limit > 0) {
      text += ": raise its memory.max from " + byteWords(limit) + " to " +
              byteWords(kRoom * limit) + ", or make it use less (a smaller cache, fewer workers)";
    }
    advice.push_back(text + ".");
    return advice;
  }
  const std::string who = whoOf(one);
  if (!who.empty()) advice.push_back(sentence(who) + ".");
  if (const Consumer* first = one.consumer("group")) {
    const std::string text = leak(one, *first);
    if (!text.empty()) advice.push_back(text);
  }
  if (const Evidence* swapping = one.evidence("memory.swapping")) {
    advice.push_back("The host swaps " + valueWords(swapping->value, "pages/s") +
                     ": programs wait for the disk instead of memory.");
  }
  const Consumer* group = one.consumer("cgroup");
  const double size = one.figures.one("node_memory_MemTotal_bytes" + one.on());
  std::string remedy = "Bound the largest by MemoryHigh";
  constexpr double kBound = 0.8;
  if (group != nullptr) {
    remedy += " (" + group->name + ", now " + byteWords(group->value) + ", to " +
              byteWords(kBound * group->value) + ")";
  }
  remedy += ", let it cache less, or add memory";
  if (size > 0) remedy += " to the " + byteWords(size) + " of this host";
  advice.push_back(remedy + ".");
  return advice;
}

std::vector<std::string> ioAdvice(const Case& one) {
  std::vector<std::string> advice;
  const std::string& component = one.place().component;
  if (const Evidence* space = one.evidence("io.space")) {
    const std::string mount = one.on("mountpoint=" + quote(component));
    const double left = one.figures.one("min(node_filesystem_avail_bytes" + mount + ")");
    const double slope =
        one.figures.one("min(deriv(node_filesystem_avail_bytes" + mount + "[1h]))");
    std::string text = "File system " + component + " is " + shareWords(space->value) + " full (" +
                       byteWords(left) + " left)";
    if (slope < 0) {
      text +=
          "; as it grows now it is full in " + durationWords(std::llround(-left / slope * 1000));
    }
    advice.push_back(text + ": delete, rotate or move files, or enlarge it.");
  }
  if (const Evidence* inodes = one.evidence("io.inodes")) {
    advice.push_back("File system " + component + " has used " + shareWords(inodes->value) +
                     " of its inodes: delete small files.");
  }
  const bool isDisk = one.evidence("io.utilisation") != nullptr ||
                      one.evidence("io.latency") != nullptr ||
                      one.evidence("io.queue") != nullptr || one.evidence("io.pressure") != nullptr;
  if (!isDisk) return advice;
  const std::string where = component == "host" ? one.on() : one.on("device=" + quote(component));
  const auto busiest =
      one.figures.largest(recentRate("node_disk_read_bytes_total" + where) + " + " +
                              recentRate("node_disk_written_bytes_total" + where),
                          "device", 1);
  const std::string device = busiest.empty() ? component : busiest.front().first;
  const std::string onDevice = one.on("device=" + quote(device));
  const double reads = one.figures.one(recentRate("node_disk_read_bytes_total" + onDevice));
  const double writes = one.figures.one(recentRate("node_disk_written_bytes_total" + onDevice));
  std::string text = "Device " + device + " is the busiest";
  if (!std::isnan(reads + writes)) {
    text += std::string(writes > reads ? ", mostly by writes" : ", mostly by reads") + " (" +
            byteWords(reads) + "/s read, " + byteWords(writes) + "/s written)";
  }
  const std::string who = whoOf(one);
  if (!who.empty()) text += "; " + who;
  advice.push_back(text + ".");
  advice.push_back(writes > reads ? "Write in larger batches and sync less often, or use a faster "
                                    "device."
                                  : "Cache what is read again, read in larger batches, or use a "
                                    "faster device.");
  return advice;
}

}  // namespace orchestrator_exporter::analysis
