#include "metrics/pipeline/session.h"

#include <algorithm>
#include <array>

#include "metrics/base/utc_text.h"
#include "metrics/exposition/json_text.h"
#include "metrics/history/offline/open_metrics.h"

namespace orchestrator_exporter::pipeline {

namespace {

using nlohmann::json;

json timeJson(std::optional<Time> time) {
  if (!time) return nullptr;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time->time_since_epoch());
  const auto text = utcText(seconds.count());
  return text ? json(*text + "Z") : json(nullptr);
}

json shareJson(const Quality::Share& share) {
  const auto ratio = share.ratio();
  return {{"ratio", ratio ? json(*ratio) : json(nullptr)},
          {"numerator", share.good},
          {"denominator", share.all}};
}

json qualityJson(const Quality::Report& report) {
  json timeliness = shareJson(report.timeliness);
  timeliness["delay_p95_seconds"] =
      report.delayP95 ? json(report.delayP95->count()) : json(nullptr);
  return {{"completeness", shareJson(report.completeness)},
          {"accuracy", shareJson(report.accuracy)},
          {"consistency", shareJson(report.consistency)},
          {"timeliness", std::move(timeliness)},
          {"missing", report.missing()},
          {"not_finite", report.notFinite},
          {"out_of_range", report.outOfRange},
          {"outliers", report.outliers}};
}

// Some tens of megabytes, for one session.
constexpr std::size_t kMostSamples = 1'000'000;

double seconds(std::chrono::milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

std::string_view wordOf(SessionStatus status) {
  constexpr std::array<std::string_view, 4> kWords = {"starting", "collecting", "completed",
                                                      "failed"};
  return kWords[static_cast<std::size_t>(status)];
}

std::uint64_t Session::Statistics::errorCount() const {
  std::uint64_t count = 0;
  for (const auto& [reason, times] : errors) count += times;
  return count;
}

Session::Session(std::string id, SessionSettings settings, Time start)
    : id_(std::move(id)),
      settings_(std::move(settings)),
      start_(start),
      quality_(settings_.interval) {}

bool Session::begin(Time time) {
  if (isOver()) return false;
  if (settings_.duration && time >= start_ + *settings_.duration) {
    stop(time);
    return false;
  }
  // Readings come a little early now and then.
  if (last_ && time - *last_ < settings_.interval * 9 / 10) return false;
  last_ = time;
  status_ = SessionStatus::kCollecting;
  return true;
}

void Session::take(const Passed& passed, const Plan& plan, const CollectorSettings* collector,
                   Time time, Time now) {
  if (isOver()) return;
  const auto& wanted = settings_.collectors;
  const bool isWanted =
      wanted.empty() ||
      (collector != nullptr && std::ranges::find(wanted, collector->name) != wanted.end());
  if (!isWanted) return;
  ++statistics_.collected;
  const auto count = [](auto& counts, std::string_view key) {
    const auto known = counts.find(key);
    if (known == counts.end()) {
      counts.emplace(key, 1);
    } else {
      ++known->second;
    }
  };
  count(statistics_.categories, collector == nullptr ? "custom" : collector->category);
  quality_.observe({.labels = passed.before,
                    .type = passed.type,
                    .value = passed.value,
                    .created = passed.created,
                    .time = time,
                    .isInRange = !passed.after.isOutOfRange,
                    .isOutlier = passed.after.isOutlier});
  if (!passed.reason.empty()) return count(statistics_.errors, passed.reason);
  ++statistics_.processed;
  if (plan.aggregates(passed.after.labels.get("__name__"))) ++statistics_.aggregated;
  if (settings_.keepsSamples) {
    if (sampleCount_ == kMostSamples) return stop(time, "it has more samples than can be kept");
    ++sampleCount_;
    samples_[passed.after.labels].emplace_back(time, passed.after.value);
  }
  ++statistics_.stored;
  const auto interval = collector == nullptr ? std::nullopt : collector->interval;
  quality_.store(passed.after.labels, time, now, interval.value_or(std::chrono::milliseconds(0)));
}

void Session::stop(Time time, std::string reason) {
  if (isOver()) return;
  end_ = time;
  status_ = reason.empty() ? SessionStatus::kCompleted : SessionStatus::kFailed;
  reason_ = std::move(reason);
}

std::string sessionSamples(const Session& session) {
  // The order of label sets is not that of names.
  std::map<std::string_view, std::vector<const Session::Samples::value_type*>> metrics;
  for (const auto& series : session.samples()) {
    metrics[series.first.get("__name__")].push_back(&series);
  }
  std::string text;
  for (const auto& [metric, all] : metrics) {
    text += history::openMetricsHead(metric);
    for (const auto* series : all) {
      SampleColumns columns;
      for (const auto& [time, value] : series->second) {
        columns.times.push_back(
            std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count());
        columns.values.push_back(value);
      }
      history::appendOpenMetrics(series->first, columns, text);
    }
  }
  return text + "# EOF\n";
}

std::string sessionJson(const Session& session) {
  const SessionSettings& settings = session.settings();
  const Session::Statistics& statistics = session.statistics();
  const json errors = statistics.errors;
  const Time until = session.end().value_or(session.newest());
  const std::chrono::duration<double> lasted = until - session.start();
  const double collected = static_cast<double>(statistics.collected);
  return jsonText(
      {{"id", session.id()},
       {"name", toUtf8(settings.name)},
       {"config",
        {{"collectors", settings.collectors},
         {"interval_seconds", seconds(settings.interval)},
         {"duration_seconds",
          settings.duration ? json(seconds(*settings.duration)) : json(nullptr)},
         {"own_pipeline", settings.plan != nullptr},
         {"keep_samples", settings.keepsSamples}}},
       {"status", wordOf(session.status())},
       {"reason", session.reason()},
       {"start_time", timeJson(session.start())},
       {"end_time", timeJson(session.end())},
       {"statistics",
        {{"collected", statistics.collected},
         {"processed", statistics.processed},
         {"aggregated", statistics.aggregated},
         {"stored", statistics.stored},
         {"errors", statistics.errorCount()}}},
       {"errors", errors},
       {"categories", json(statistics.categories)},
       {"collection_rate", lasted.count() > 0 ? json(collected / lasted.count()) : json(nullptr)},
       {"error_rate", collected > 0 ? json(static_cast<double>(statistics.errorCount()) / collected)
                                    : json(nullptr)},
       {"quality", qualityJson(session.quality())}});
}

}  // namespace orchestrator_exporter::pipeline
