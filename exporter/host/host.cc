#include "exporter/host/host.h"

#include <sys/stat.h>

#include <algorithm>

#include "exporter/host/pattern.h"

namespace orchestrator_exporter {

namespace {

void requireDirectory(std::string_view flag, const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    throw StartError("--" + std::string(flag) + ": cannot read " + path + ": " +
                     std::generic_category().message(errno));
  }
  if (!S_ISDIR(status.st_mode)) {
    throw StartError("--" + std::string(flag) + ": " + path + " is not a directory");
  }
}

// A collector that is off reads no expressions: those that were given for it are read here.
void requireExpressions(const CollectorDefinition& collector, const Flags& flags) {
  for (const FlagDefinition& flag : collector.flags) {
    if (flag.kind != FlagKind::kPattern || !flags.given(flag.name)) continue;
    const Pattern expression(flag.name, flags.text(flag.name));
  }
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

// One enabled collector with what its runs told. It runs inline until it says that it may block,
// and on a thread of its own from then on.
class Host::Unit {
 public:
  Unit(const CollectorDefinition& definition, const Flags& flags, Kernel& kernel)
      : name(definition.name), inlined(definition.make(flags, kernel)) {
    kernel.reset();
    moveIfItMayBlock(kernel.roots());
  }

  bool hadNoData() const {
    const std::lock_guard lock(mutex);
    return status.result == CollectorOutcome::Result::kNoData;
  }

  // Null while it runs inline.
  CollectorThread* thread() const {
    const std::lock_guard lock(mutex);
    return thread_.get();
  }

  // Only between runs, under the mutex of the inline runs.
  void moveIfItMayBlock(const Roots& roots) {
    if (!inlined->mayBlock()) return;
    const std::lock_guard lock(mutex);
    thread_ = std::make_unique<CollectorThread>(std::move(inlined), roots);
  }

  const std::string name;
  std::unique_ptr<Collector> inlined;  // null once it has moved; guarded as the inline runs are

  mutable std::mutex mutex;  // guards what follows
  CollectorStatus status;
  std::uint64_t timeouts = 0;
  std::string lastLogged = {};

 private:
  std::unique_ptr<CollectorThread> thread_;
};

Host::Host(Config config) : config_(std::move(config)), kernel_(config_.roots) {
  requireDirectory("path.procfs", config_.roots.procfs);
  requireDirectory("path.sysfs", config_.roots.sysfs);
  if (!config_.roots.rootfs.empty()) requireDirectory("path.rootfs", config_.roots.rootfs);
  kernel_.rememberWhatIsMissing();
  for (const CollectorDefinition& definition : collectorDefinitions()) {
    if (!config_.flags.collectorEnabled(definition.name)) {
      requireExpressions(definition, config_.flags);
      continue;
    }
    if (definition.deprecated) {
      config_.log(LogLevel::kWarn, "collector " + definition.name + " is deprecated");
    }
    units_.push_back(std::make_unique<Unit>(definition, config_.flags, kernel_));
  }
}

Host::~Host() = default;

std::vector<Host::Unit*> Host::choose(const Wanted& wanted) const {
  for (const std::string& name : wanted.only) {
    const auto isWanted = [&](const auto& unit) { return unit->name == name; };
    if (std::any_of(units_.begin(), units_.end(), isWanted)) continue;
    const auto& known = collectorDefinitions();
    const bool exists = std::any_of(known.begin(), known.end(), [&](const auto& definition) {
      return definition.name == name;
    });
    throw UnknownCollector((exists ? "disabled collector: " : "unknown collector: ") +
                           ParseError::printable(name));
  }
  std::vector<Unit*> chosen;
  for (const auto& unit : units_) {
    if (!wanted.only.empty() && !contains(wanted.only, unit->name)) continue;
    if (contains(wanted.except, unit->name)) continue;
    chosen.push_back(unit.get());
  }
  // An exclusion that leaves nothing counts as none, as with node_exporter.
  if (chosen.empty() && !wanted.except.empty()) return choose({});
  return chosen;
}

void Host::collect(Sink& out, const Wanted& wanted, const Afterwards& afterwards) {
  using Clock = CollectorThread::Clock;
  const auto budget =
      std::chrono::duration_cast<Clock::duration>(wanted.budget.value_or(config_.budget));
  const auto until = Clock::now() + budget;
  // Collectors that watch the time themselves end a little earlier, and give what they have.
  const auto deadline = until - budget / 10;
  const std::vector<Unit*> units = choose(wanted);
  ThreadRuns runs;
  std::vector<Unit*> inlined;
  for (Unit* unit : units) {
    if (CollectorThread* const thread = unit->thread()) {
      runs.emplace_back(unit, thread->start(deadline));
    } else {
      inlined.push_back(unit);
    }
  }
  runInline(inlined, deadline, runs, out, afterwards);
  for (const auto& [unit, run] : runs) await(*unit, run, until, out);
  report(units, out);
}

// Whether collectors that had no data are asked again. An event may come before the files that it
// tells of, so the scrape after it counts too; and some things come without an event.
bool Host::looksAnew() {
  constexpr unsigned kAfterEvent = 2;
  constexpr unsigned kWithoutEvent = 16;
  if (!kernel_.readsRunningKernel()) return true;
  if (deviceEvents_.any()) scrapesToLook_ = kAfterEvent;
  if (scrapesToLook_ == 0 && ++scrapesSinceLooked_ < kWithoutEvent) return false;
  if (scrapesToLook_ > 0) --scrapesToLook_;
  scrapesSinceLooked_ = 0;
  return true;
}

void Host::runInline(const std::vector<Unit*>& units, CollectorThread::Clock::time_point deadline,
                     ThreadRuns& runs, Sink& out, const Afterwards& afterwards) {
  const std::lock_guard lock(inlineMutex_);
  kernel_.setDeadline(deadline);
  const bool again = looksAnew();
  if (again) kernel_.lookAnew();
  for (Unit* unit : units) {
    if (!unit->inlined) {
      // It has moved to its thread while this scrape waited for its turn.
      runs.emplace_back(unit, unit->thread()->start(deadline));
      continue;
    }
    if (!again && unit->hadNoData()) {
      settle(*unit, {CollectorOutcome::Result::kNoData});
      continue;
    }
    settle(*unit, runCollector(*unit->inlined, kernel_, out));
    unit->moveIfItMayBlock(kernel_.roots());
  }
  if (afterwards) {
    afterwards(kernel_);
    kernel_.reset();
  }
  kernel_.endScrape();
}

void Host::await(Unit& unit, std::optional<std::uint64_t> run,
                 CollectorThread::Clock::time_point until, Sink& out) {
  const auto began = CollectorThread::Clock::now();
  if (const auto ended = run ? unit.thread()->wait(*run, until) : nullptr) {
    ended->samples.replay(out);
    settle(unit, ended->outcome);
    return;
  }
  {
    const std::lock_guard lock(unit.mutex);
    ++unit.timeouts;
  }
  const std::chrono::duration<double> waited = CollectorThread::Clock::now() - began;
  settle(unit, {CollectorOutcome::Result::kFailure,
                "timed out; it is not started again before it comes back", waited.count()});
}

// Remembers how the collector fared, and logs a lasting fault when it begins and when it ends.
void Host::settle(Unit& unit, const CollectorOutcome& outcome) {
  using Result = CollectorOutcome::Result;
  const std::string fault = outcome.result == Result::kFailure  ? outcome.error
                            : outcome.result == Result::kNoData ? "no data"
                                                                : "";
  const std::string record = fault.empty() ? outcome.complaint : fault;
  bool changed = false;
  {
    const std::lock_guard lock(unit.mutex);
    unit.status = {unit.name, outcome.result, outcome.seconds, fault};
    changed = record != unit.lastLogged;
    if (changed) unit.lastLogged = record;
  }
  if (!changed) return;
  if (outcome.result == Result::kFailure) {
    config_.log(LogLevel::kError, "collector " + unit.name + " failed: " + fault);
  } else if (outcome.result == Result::kNoData) {
    config_.log(LogLevel::kDebug, "collector " + unit.name + " has no data");
  } else if (!record.empty()) {
    config_.log(LogLevel::kWarn, "collector " + unit.name + " complains: " + record);
  } else {
    config_.log(LogLevel::kInfo, "collector " + unit.name + " succeeds again");
  }
}

void Host::report(const std::vector<Unit*>& units, Sink& out) const {
  if (units.empty()) return;
  const ScalarFamily duration(out.uniqueFamily({"node_scrape_collector_duration_seconds",
                                                "Time that a run of the collector took.",
                                                MetricType::kGauge,
                                                {}}));
  const ScalarFamily success(out.uniqueFamily({"node_scrape_collector_success",
                                               "Whether the last run of the collector succeeded.",
                                               MetricType::kGauge,
                                               {}}));
  for (const Unit* unit : units) {
    const std::lock_guard lock(unit->mutex);
    const Label collector{"collector", unit->name};
    duration.add(unit->status.seconds, {collector});
    success.add(unit->status.success() ? 1 : 0, {collector});
    // Given from the first time-out on, so that a host where nothing hangs has no family that
    // node_exporter lacks.
    if (unit->timeouts == 0) continue;
    out.counter("node_scrape_collector_timeout_total",
                "Scrapes that went out without the collector because it did not end in time.")
        .add(static_cast<double>(unit->timeouts), {collector});
  }
}

std::vector<CollectorStatus> Host::statuses() const {
  std::vector<CollectorStatus> all;
  for (const auto& unit : units_) {
    const std::lock_guard lock(unit->mutex);
    all.push_back(unit->status);
    all.back().name = unit->name;
  }
  return all;
}

}  // namespace orchestrator_exporter
