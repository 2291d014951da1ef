#include "metrics/pipeline/runner.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "metrics/base/number_format.h"
#include "metrics/exposition/escaping.h"
#include "metrics/exposition/json_text.h"
#include "metrics/statistics/quantiles.h"
#include "metrics/uuid.h"

namespace orchestrator_exporter::pipeline {

namespace {

// Sessions that are over and still in memory.
constexpr std::size_t kRemembered = 1000;
// Sessions whose samples are kept at a time.
constexpr std::ptrdiff_t kSampled = 8;
constexpr std::string_view kDefault = "default";

// Takes the samples that it is told of, and keeps none.
class Nowhere final : public Sink, public FamilySink {
 public:
  FamilySink& family(const FamilyHead&) override { return *this; }
  void sample(double, std::span<const Label>, const SampleExtras&) override {}
  void histogram(const HistogramValue&, std::span<const Label>) override {}
  void summary(const SummaryValue&, std::span<const Label>) override {}
};

void giveRatio(Sink& out, const Session& session, const char* dimension,
               const Quality::Share& share) {
  const auto ratio = share.ratio();
  if (!ratio) return;
  out.gauge("pipeline_quality_ratio", "How good samples are, by what is judged; 1 is best.")
      .add(*ratio, {{"session", session.settings().name}, {"dimension", dimension}});
}

// The quantiles of the reservoir, if it has any values.
nlohmann::json jsonOf(const Samplers::Figures& figures) {
  nlohmann::json json = {
      {"match", toUtf8(figures.match)},
      {"ratio", figures.ratio ? nlohmann::json(*figures.ratio) : nlohmann::json(nullptr)},
      {"reservoir", nullptr}};
  if (figures.reservoir.empty()) return json;
  nlohmann::json quantiles = {{"values", figures.reservoir.size()}};
  for (const auto& [name, share] :
       {std::pair("p50", 0.5), std::pair("p95", 0.95), std::pair("p99", 0.99)}) {
    quantiles[name] = statistics::quantile(figures.reservoir, share);
  }
  json["reservoir"] = std::move(quantiles);
  return json;
}

}  // namespace

Runner::Runner(Plan plan, Config config) : config_(std::move(config)) {
  sessions_.push_back(
      {.session = std::make_unique<Session>(timedUuid(config_.clock()),
                                            SessionSettings{.name = std::string(kDefault),
                                                            .collectors = {},
                                                            .interval = config_.interval,
                                                            .duration = {}},
                                            config_.clock())});
  setPlan(std::move(plan));
}

void Runner::setPlan(Plan plan) {
  const std::lock_guard lock(mutex_);
  const auto before = std::exchange(plan_, std::make_shared<const Plan>(std::move(plan)));
  paces_.follow(*plan_);
  chain_ = std::make_shared<Chain>(plan_->steps);
  exposed_ = std::make_shared<Chain>(plan_->steps, true);
  if (exposed_->empty()) exposed_ = nullptr;
}

std::vector<Session*> Runner::beginSessions(const Snapshot& reading) {
  std::vector<Session*> due;
  for (Kept& kept : sessions_) {
    if (kept.session->isOver() || !kept.session->begin(reading.time)) continue;
    if (kept.chain == nullptr) {
      due.push_back(kept.session.get());
    } else {
      passAlone(kept, reading);
    }
  }
  return due;
}

// For a session with a pipeline of its own.
void Runner::passAlone(const Kept& kept, const Snapshot& reading) const {
  Nowhere nowhere;
  const Time now = config_.clock();
  const Plan& plan = *kept.session->settings().plan;
  ChainSink sink(nowhere, *kept.chain, reading.time, [&](const Passed& passed) {
    kept.session->take(passed, plan, plan.collectorOf(passed.before), reading.time, now);
  });
  reading.replay(sink);
}

// After a reading: keeps those that it ended and, now and then, those under way.
void Runner::reportSessions(Time time) {
  for (Kept& kept : sessions_) {
    if (kept.isDone) continue;
    Session& session = *kept.session;
    const bool isDue = !kept.reportedAt || time < *kept.reportedAt ||
                       time - *kept.reportedAt >= plan_->reportInterval;
    if (!isDue && !session.isOver()) continue;
    const bool isFirst = !kept.reportedAt;
    kept.reportedAt = time;
    kept.reported = session.quality();
    kept.isDone = session.isOver();
    if (kept.isDone) kept.haste = nullptr;
    // That of the process is kept by nobody, and others were when they began.
    const bool isKept = &kept == &sessions_.front() || (isFirst && !kept.isDone);
    if (!isKept) config_.keep(session);
  }
}

void Runner::process(const std::shared_ptr<const Snapshot>& reading, Snapshot& processed) {
  const std::lock_guard lock(mutex_);
  const std::vector<Session*> sessions = beginSessions(*reading);
  last_ = reading;
  const Time now = config_.clock();
  const auto observe = [&](const Passed& passed) {
    if (sessions.empty()) return;
    const CollectorSettings* const collector = plan_->collectorOf(passed.before);
    for (Session* const session : sessions) {
      session->take(passed, *plan_, collector, reading->time, now);
    }
  };
  const auto route = [&](const LabelSet& series) {
    return paces_.sinkOf(plan_->collectorOf(series), processed);
  };
  paces_.begin(reading->time, config_.interval);
  ChainSink sink(processed, *chain_, reading->time, observe,
                 paces_.empty() ? ChainSink::Route() : route);
  reading->replay(sink);
  paces_.finish(processed);
  reportSessions(reading->time);
}

void Runner::expose(const std::function<void(Sink&)>& give, Sink& out) {
  std::shared_ptr<Chain> chain;
  {
    const std::lock_guard lock(mutex_);
    chain = exposed_;
  }
  if (chain == nullptr) return give(out);
  ChainSink sink(out, *chain, config_.clock(), {});
  give(sink);
}

bool Runner::changesExposition() const {
  const std::lock_guard lock(mutex_);
  return exposed_ != nullptr;
}

std::string Runner::startSession(SessionSettings settings) {
  const std::lock_guard lock(mutex_);
  const Plan& plan = settings.plan == nullptr ? *plan_ : *settings.plan;
  for (const std::string& name : settings.collectors) {
    const bool isThere =
        std::any_of(plan.collectors.begin(), plan.collectors.end(),
                    [&](const CollectorSettings& each) { return each.name == name; });
    if (!isThere) throw std::invalid_argument("there is no collector '" + name + "'");
  }
  if (settings.keepsSamples) forgetOldSamples();
  const bool isFaster = settings.interval < config_.interval;
  const Time now = config_.clock();
  auto chain = settings.plan == nullptr ? nullptr : std::make_unique<Chain>(settings.plan->steps);
  auto session = std::make_unique<Session>(timedUuid(now), std::move(settings), now);
  std::string id = session->id();
  config_.keep(*session);
  sessions_.push_back({.session = std::move(session),
                       .chain = std::move(chain),
                       .haste = isFaster ? config_.hasten() : nullptr});
  forgetOld();
  return id;
}

void Runner::forgetOld() {
  while (sessions_.size() > kRemembered) {
    const auto old = std::find_if(sessions_.begin() + 1, sessions_.end(),
                                  [](const Kept& kept) { return kept.session->isOver(); });
    if (old == sessions_.end()) return;
    sessions_.erase(old);
  }
}

// So that there is room for those of one session more.
void Runner::forgetOldSamples() {
  const auto has = [](const Kept& kept) { return kept.session->hasSamples(); };
  if (std::ranges::count_if(sessions_, has) < kSampled) return;
  const auto old = std::ranges::find_if(
      sessions_, [&](const Kept& kept) { return has(kept) && kept.session->isOver(); });
  if (old == sessions_.end()) {
    throw std::invalid_argument(std::to_string(kSampled) + " sessions keep samples already");
  }
  old->session->forgetSamples();
}

bool Runner::stopSession(const std::string& id) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 1; i < sessions_.size(); ++i) {
    Kept& kept = sessions_[i];
    if (kept.session->id() != id) continue;
    if (kept.session->isOver()) return true;
    kept.session->stop(config_.clock());
    kept.reported = kept.session->quality();
    kept.isDone = true;
    kept.haste = nullptr;
    config_.keep(*kept.session);
    return true;
  }
  return false;
}

std::string Runner::session(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  for (const Kept& kept : sessions_) {
    if (kept.session->id() == id) return sessionJson(*kept.session);
  }
  return {};
}

std::optional<std::string> Runner::samples(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  for (const Kept& kept : sessions_) {
    if (kept.session->id() != id || !kept.session->hasSamples()) continue;
    return sessionSamples(*kept.session);
  }
  return std::nullopt;
}

std::string Runner::sessions() const {
  const std::lock_guard lock(mutex_);
  std::string list;
  for (auto kept = sessions_.rbegin(); kept != sessions_.rend(); ++kept) {
    list += (list.empty() ? "" : ",") + sessionJson(*kept->session);
  }
  return "[" + list + "]";
}

std::string Runner::figures(const Samplers& samplers) const {
  const std::lock_guard lock(mutex_);
  nlohmann::json processors = nlohmann::json::array();
  for (const Chain::Figures& figures : chain_->figures()) {
    processors.push_back({{"name", toUtf8(figures.name)},
                          {"matched", figures.matched},
                          {"flagged", figures.flagged},
                          {"dropped", nlohmann::json(figures.dropped)}});
  }
  nlohmann::json collectors = nlohmann::json::array();
  for (const CollectorSettings& each : plan_->collectors) {
    collectors.push_back(
        {{"name", toUtf8(each.name)},
         {"category", each.category},
         {"interval_seconds",
          each.interval ? nlohmann::json(std::chrono::duration<double>(*each.interval).count())
                        : nlohmann::json(nullptr)}});
  }
  nlohmann::json sampling = nlohmann::json::array();
  for (const Samplers::Figures& figures : samplers.figures()) sampling.push_back(jsonOf(figures));
  return jsonText({{"processors", processors}, {"collectors", collectors}, {"sampling", sampling}});
}

std::string Runner::way(const std::vector<SeriesMatch>& match, std::size_t most) const {
  std::shared_ptr<const Plan> plan;
  std::shared_ptr<const Snapshot> reading;
  {
    const std::lock_guard lock(mutex_);
    plan = plan_;
    reading = last_;
  }
  if (reading == nullptr) return "There was no reading yet.\n";
  // Processors of its own, so that those at work do not see a sample twice.
  Chain nothing({});
  Chain chain(plan->steps);
  Nowhere nowhere;
  std::string text;
  std::size_t shown = 0;
  ChainSink sink(nowhere, nothing, reading->time, [&](const Passed& passed) {
    if (shown == most || !matchesAny(match, passed.before)) return;
    ++shown;
    PassingSample sample{passed.before, passed.value};
    const CollectorSettings* const collector = plan->collectorOf(passed.before);
    text += seriesText(passed.before) + " " + numberText(passed.value) + "\n";
    if (collector != nullptr) text += "  collector " + collector->name + "\n";
    chain.pass(sample, reading->time,
               [&](const std::string& step, const PassingSample& after, std::string_view reason) {
                 text +=
                     "  " + step + ": " +
                     (reason.empty() ? seriesText(after.labels) + " " + numberText(after.value) +
                                           (after.isFlagged ? " (flagged)" : "")
                                     : "dropped, " + std::string(reason)) +
                     "\n";
               });
  });
  reading->replay(sink);
  return text.empty() ? "No series of the last reading matches.\n" : text;
}

void Runner::collect(Sink& out) const {
  const std::lock_guard lock(mutex_);
  const auto samples = out.counter("pipeline_samples_total", "Samples, by how far they came.");
  for (const Kept& kept : sessions_) {
    const Session& session = *kept.session;
    if (session.isOver()) continue;
    const Session::Statistics& statistics = session.statistics();
    const std::string& name = session.settings().name;
    const auto count = [&](const char* stage, std::uint64_t value) {
      samples.add(static_cast<double>(value), {{"session", name}, {"stage", stage}});
    };
    count("collected", statistics.collected);
    count("processed", statistics.processed);
    count("aggregated", statistics.aggregated);
    count("stored", statistics.stored);
    for (const auto& [reason, times] : statistics.errors) {
      out.counter("pipeline_errors_total", "Samples that went no further, by the reason.")
          .add(static_cast<double>(times),
               {{"session", name}, {"stage", "processed"}, {"reason", reason}});
    }
    const Quality::Report& quality = kept.reported;
    giveRatio(out, session, "completeness", quality.completeness);
    giveRatio(out, session, "accuracy", quality.accuracy);
    giveRatio(out, session, "consistency", quality.consistency);
    giveRatio(out, session, "timeliness", quality.timeliness);
  }
}

}  // namespace orchestrator_exporter::pipeline
