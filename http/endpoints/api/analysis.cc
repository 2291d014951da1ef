#include "http/endpoints/api/analysis.h"

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "http/endpoints/api/answer.h"
#include "http/endpoints/api/query_threads.h"
#include "metrics/analysis/findings/json.h"
#include "metrics/promql/syntax/position.h"
#include "metrics/promql/values/query_error.h"

namespace orchestrator_exporter::http {

namespace {

using analysis::Findings;
using analysis::Investigation;

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kDay = 24 * kHour;

struct Part {
  std::string_view name;
  std::string (*json)(const Findings&);
  void (*ask)(Investigation&);
};

constexpr Part kParts[] = {
    {"trends", analysis::trendsJson, [](Investigation& wanted) { wanted.trends = true; }},
    {"forecasts", analysis::forecastsJson,
     [](Investigation& wanted) {
       wanted.horizons = {kHour, kDay};
     }},
    {"anomalies", analysis::anomaliesJson, [](Investigation& wanted) { wanted.anomalies = true; }},
    {"baselines", analysis::baselinesJson, [](Investigation& wanted) { wanted.baselines = true; }},
    {"bottlenecks", analysis::bottlenecksJson,
     [](Investigation& wanted) { wanted.bottlenecks = true; }},
    {"health", analysis::healthJson, [](Investigation& wanted) { wanted.bottlenecks = true; }},
};

Investigation investigationOf(const ApiParameters& parameters, const Part& part,
                              const AnalysisAnswers& answers, std::int64_t now) {
  Investigation wanted;
  part.ask(wanted);
  wanted.zone = answers.zone;
  wanted.end = parameters.optionalTime("end").value_or(now);
  wanted.window = parameters.has("window") ? parameters.duration("window") : 0;
  wanted.start = parameters.optionalTime("start").value_or(
      wanted.end - (wanted.window > 0 ? wanted.window : kDay));
  constexpr std::int64_t kLongest = 366 * kDay;
  const bool isRange = wanted.start < wanted.end && wanted.end - wanted.start <= kLongest &&
                       wanted.window >= 0 && wanted.window <= kLongest;
  if (!isRange) {
    throw ApiError(ApiError::Type::kBadData,
                   "invalid parameters start, end, window: expected a range of up to a year");
  }
  const auto others = answers.others ? answers.others() : std::vector<analysis::Signal>();
  for (const std::string& name : parameters.all("signal")) {
    const auto other = std::ranges::find(others, name, &analysis::Signal::name);
    wanted.signals.push_back(other == others.end() ? analysis::signalOf(name) : *other);
  }
  if (wanted.signals.empty()) {
    wanted.signals = analysis::usualSignals();
    wanted.signals.insert(wanted.signals.end(), others.begin(), others.end());
  }
  return wanted;
}

// What is known of the wanted signals; nullptr if one of them is not watched.
std::shared_ptr<const Findings> picked(std::shared_ptr<const Findings> all,
                                       const std::vector<std::string>& names) {
  if (names.empty()) return all;
  Findings some = *all;
  const auto isWanted = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::erase_if(some.signals, [&](const analysis::SignalFinding& one) {
    return !isWanted(one.signal.name) && !isWanted(one.name);
  });
  std::erase_if(some.silent, [&](const std::string& name) { return !isWanted(name); });
  if (some.signals.size() + some.silent.size() < names.size()) return nullptr;
  return std::make_shared<const Findings>(std::move(some));
}

Findings looked(const AnalysisAnswers& answers, const Investigation& wanted, QueryThreads& threads,
                const std::stop_token& gone) {
  Findings findings;
  constexpr std::chrono::seconds kPatience{30};
  const auto outcome = threads.run(
      [&] {
        findings = analysis::investigate({*answers.history, answers.engine}, wanted);
      },
      kPatience, gone);
  if (outcome != QueryThreads::Outcome::kRan) {
    throw ApiError(ApiError::Type::kUnavailable, "too many analyses run at the same time");
  }
  return findings;
}

ApiAnswer answerOf(const Findings& findings, const Part& part) {
  ApiAnswer answer;
  answer.data.append(part.json(findings));
  answer.warnings = findings.warnings;
  return answer;
}

}  // namespace

void addAnalysisEndpoints(Router& router, AnalysisAnswers answers) {
  constexpr std::size_t kAtATime = 2;
  const auto threads = std::make_shared<QueryThreads>(kAtATime);
  const auto shared = std::make_shared<const AnalysisAnswers>(std::move(answers));
  for (const Part& part : kParts) {
    addApiEndpoint(
        router, "analysis/" + std::string(part.name), ApiMethods::kGet,
        [shared, threads, &part](const ApiParameters& parameters, const Request& request) {
          const bool isOfRange =
              parameters.has("start") || parameters.has("end") || parameters.has("window");
          if (!isOfRange && shared->newest) {
            const auto known = picked(shared->newest(), parameters.all("signal"));
            if (known != nullptr) return answerOf(*known, part);
          }
          const auto now = std::chrono::floor<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch());
          const Investigation wanted = investigationOf(parameters, part, *shared, now.count());
          try {
            return answerOf(looked(*shared, wanted, *threads, request.gone), part);
          } catch (const promql::ParseError& error) {
            throw ApiError(ApiError::Type::kBadData, error.what());
          } catch (const promql::QueryError& error) {
            throw ApiError(ApiError::Type::kExecution, error.what());
          }
        });
  }
}

}  // namespace orchestrator_exporter::http
