#include "metrics/pipeline/runner.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "metrics/base/number_format.h"
#include "metrics/exposition/json_text.h"

namespace orchestrator_exporter::pipeline {

namespace {

// Sessions that are over and still in memory.
constexpr std::size_t kRemembered = 1000;
constexpr std::string_view kDefault = "default";

std::string seriesText(const LabelSet& labels) {
  std::string text(labels.get("__name__"));
  std::string inner;
  for (const auto& [name, value] : labels) {
    if (name == "__name__") continue;
    inner += (inner.empty() ? "" : ", ") + name + "=\"" + value + "\"";
  }
  return inner.empty() ? text : text + "{" + inner + "}";
}

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

}  // namespace

Runner::Runner(Plan plan, Config config) : config_(std::move(config)) {
  sessions_.push_back({std::make_unique<Session>(newSessionId(config_.clock()),
                                                 SessionSettings{.name = std::string(kDefault),
                                                                 .collectors = {},
                                                                 .interval = config_.interval,
                                                                 .duration = {}},
                                                 config_.clock()),
                       nullptr});
  setPlan(std::move(plan));
}

void Runner::setPlan(Plan plan) {
  const std::lock_guard lock(mutex_);
  plan_ = std::make_shared<const Plan>(std::move(plan));
  chain_ = std::make_shared<Chain>(plan_->steps);
  exposed_ = std::make_shared<Chain>(plan_->steps, true);
  if (exposed_->empty()) exposed_ = nullptr;
}

std::vector<Session*> Runner::due(Time time) {
  std::vector<Session*> due;
  for (Kept& kept : sessions_) {
    const bool wasOver = kept.session->isOver();
    if (kept.session->begin(time)) due.push_back(kept.session.get());
    if (kept.session->isOver() == wasOver) continue;
    kept.haste = nullptr;
    config_.keep(*kept.session);
  }
  return due;
}

void Runner::process(const std::shared_ptr<const Snapshot>& reading, Snapshot& processed) {
  const std::lock_guard lock(mutex_);
  const std::vector<Session*> sessions = due(reading->time);
  last_ = reading;
  const Time now = config_.clock();
  ChainSink sink(processed, *chain_, reading->time, [&](const Passed& passed) {
    if (sessions.empty()) return;
    const CollectorSettings* const collector = plan_->collectorOf(passed.before);
    for (Session* const session : sessions) {
      session->take(passed, collector ? std::string_view(collector->name) : "",
                    collector ? std::string_view(collector->category) : "custom", reading->time,
                    now);
    }
  });
  reading->replay(sink);
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
  for (const std::string& name : settings.collectors) {
    const bool isThere =
        std::any_of(plan_->collectors.begin(), plan_->collectors.end(),
                    [&](const CollectorSettings& each) { return each.name == name; });
    if (!isThere) throw std::invalid_argument("there is no collector '" + name + "'");
  }
  const bool isFaster = settings.interval < config_.interval;
  const Time now = config_.clock();
  auto session = std::make_unique<Session>(newSessionId(now), std::move(settings), now);
  std::string id = session->id();
  config_.keep(*session);
  sessions_.push_back({std::move(session), isFaster ? config_.hasten() : nullptr});
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

bool Runner::stopSession(const std::string& id) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 1; i < sessions_.size(); ++i) {
    Kept& kept = sessions_[i];
    if (kept.session->id() != id) continue;
    kept.session->stop(config_.clock());
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

std::string Runner::sessions() const {
  const std::lock_guard lock(mutex_);
  std::string list;
  for (auto kept = sessions_.rbegin(); kept != sessions_.rend(); ++kept) {
    list += (list.empty() ? "" : ",") + sessionJson(*kept->session);
  }
  return "[" + list + "]";
}

std::string Runner::figures() const {
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
    collectors.push_back({{"name", toUtf8(each.name)}, {"category", each.category}});
  }
  return jsonText({{"processors", processors}, {"collectors", collectors}});
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
    count("stored", statistics.stored);
    for (const auto& [reason, times] : statistics.errors) {
      out.counter("pipeline_errors_total", "Samples that went no further, by the reason.")
          .add(static_cast<double>(times),
               {{"session", name}, {"stage", "processed"}, {"reason", reason}});
    }
    const Quality::Report quality = session.quality();
    giveRatio(out, session, "completeness", quality.completeness);
    giveRatio(out, session, "accuracy", quality.accuracy);
    giveRatio(out, session, "consistency", quality.consistency);
    giveRatio(out, session, "timeliness", quality.timeliness);
  }
}

}  // namespace orchestrator_exporter::pipeline
