#include "metrics/pipeline/session.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "metrics/base/utc_text.h"
#include "metrics/exposition/json_text.h"

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
          {"timeliness", std::move(timeliness)}};
}

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

void Session::take(const Passed& passed, std::string_view collector, std::string_view category,
                   Time time, Time now) {
  const auto& wanted = settings_.collectors;
  if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), collector) == wanted.end()) return;
  ++statistics_.collected;
  const auto count = [](auto& counts, std::string_view key) {
    const auto known = counts.find(key);
    if (known == counts.end()) {
      counts.emplace(key, 1);
    } else {
      ++known->second;
    }
  };
  count(statistics_.categories, category);
  const bool isInRange = !passed.after.isFlagged && passed.reason != "range";
  quality_.observe({.labels = passed.before,
                    .type = passed.type,
                    .value = passed.value,
                    .created = passed.created,
                    .time = time,
                    .isInRange = isInRange});
  if (!passed.reason.empty()) return count(statistics_.errors, passed.reason);
  ++statistics_.processed;
  ++statistics_.stored;
  quality_.store(passed.after.labels, time, now);
}

void Session::stop(Time time, std::string reason) {
  if (isOver()) return;
  end_ = time;
  status_ = reason.empty() ? SessionStatus::kCompleted : SessionStatus::kFailed;
  reason_ = std::move(reason);
}

std::string newSessionId(Time time) {
  std::array<unsigned char, 16> bytes{};
  static_cast<void>(!::getrandom(bytes.data(), bytes.size(), 0));
  const auto milliseconds = static_cast<std::uint64_t>(
      std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count());
  for (std::size_t i = 0; i < 6; ++i) {
    bytes[i] = static_cast<unsigned char>(milliseconds >> (8 * (5 - i)) & 0xff);
  }
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x70);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += "0123456789abcdef"[bytes[i] >> 4];
    text += "0123456789abcdef"[bytes[i] & 15];
  }
  return text;
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
          settings.duration ? json(seconds(*settings.duration)) : json(nullptr)}}},
       {"status", wordOf(session.status())},
       {"reason", session.reason()},
       {"start_time", timeJson(session.start())},
       {"end_time", timeJson(session.end())},
       {"statistics",
        {{"collected", statistics.collected},
         {"processed", statistics.processed},
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
