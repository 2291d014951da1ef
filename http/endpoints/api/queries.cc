#include "http/endpoints/api/queries.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "http/endpoints/api/answer.h"
#include "http/endpoints/api/json_text.h"
#include "http/endpoints/api/query_threads.h"
#include "http/endpoints/api/results.h"
#include "http/endpoints/api/syntax_tree.h"
#include "metrics/promql/syntax/printer.h"

namespace orchestrator_exporter::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Type = ApiError::Type;

std::int64_t now() {
  return std::chrono::duration_cast<milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

ApiError badQuery(const std::string& reason) {
  return {Type::kBadData, "invalid parameter \"query\": " + reason};
}

ApiError errorOf(const promql::QueryError& error) {
  switch (error.kind()) {
    case promql::QueryError::Kind::kBadData:
      return badQuery(error.what());
    case promql::QueryError::Kind::kTimeout:
      return {Type::kTimeout, error.what()};
    case promql::QueryError::Kind::kCanceled:
      return {Type::kCanceled, error.what()};
    case promql::QueryError::Kind::kExecution:
      break;
  }
  return {Type::kExecution, error.what()};
}

// The two kinds of queries over one history.
class Queries {
 public:
  Queries(std::shared_ptr<const History> history, const QueryOptions& options)
      : history_(std::move(history)),
        options_(options.engine),
        missing_(options.missing),
        threads_(options.maxConcurrency) {}

  ApiAnswer instant(const ApiParameters& parameters, const std::stop_token& gone) {
    const std::size_t limit = parameters.limit();
    const std::int64_t time = parameters.optionalTime("time").value_or(now());
    return answer(parameters, limit, gone, [&](const promql::Engine& engine, const History& asked) {
      return engine.instant(asked, parameters.text("query"), time, gone);
    });
  }

  ApiAnswer range(const ApiParameters& parameters, const std::stop_token& gone) {
    constexpr std::int64_t kMostSteps = 11'000;
    const std::size_t limit = parameters.limit();
    const std::int64_t start = parameters.time("start");
    const std::int64_t end = parameters.time("end");
    if (end < start) {
      throw ApiError(Type::kBadData,
                     "invalid parameter \"end\": end timestamp must not be before start time");
    }
    const std::int64_t step = parameters.duration("step");
    if (step <= 0) {
      throw ApiError(
          Type::kBadData,
          "invalid parameter \"step\": zero or negative query resolution step widths are "
          "not accepted. Try a positive integer");
    }
    if ((end - start) / step > kMostSteps) {
      throw ApiError(Type::kBadData,
                     "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing "
                     "the query resolution (?step=XX)");
    }
    return answer(parameters, limit, gone, [&](const promql::Engine& engine, const History& asked) {
      return engine.range(asked, parameters.text("query"), start, end, step, gone);
    });
  }

  ApiAnswer format(const ApiParameters& parameters) const {
    ApiAnswer answer;
    appendJsonString(answer.data, promql::printPretty(*parsed(parameters)));
    return answer;
  }

  ApiAnswer tree(const ApiParameters& parameters) const {
    ApiAnswer answer;
    appendSyntaxTree(answer.data, *parsed(parameters));
    return answer;
  }

 private:
  promql::ExpressionPtr parsed(const ApiParameters& parameters) const {
    try {
      return promql::parse(parameters.text("query"), options_.language);
    } catch (const promql::ParseError& error) {
      throw badQuery(error.what());
    }
  }

  // Over the history, with what is missing in it if that is wanted.
  template <typename Ask>
  promql::QueryResult result(const Ask& ask, const promql::Engine& engine) const {
    const auto settings = missing_ == nullptr ? nullptr : missing_->settings();
    if (settings == nullptr) return ask(engine, *history_);
    const pipeline::FilledHistory filled(*history_, *settings);
    promql::QueryResult result = ask(engine, filled);
    for (std::string& note : missing_->note(filled)) result.infos.push_back(std::move(note));
    return result;
  }

  template <typename Ask>
  ApiAnswer answer(const ApiParameters& parameters, std::size_t limit, const std::stop_token& gone,
                   Ask ask) {
    promql::EngineOptions options = options_;
    if (parameters.has("timeout")) {
      options.timeout = std::min(options.timeout, milliseconds(parameters.duration("timeout")));
    }
    if (parameters.has("lookback_delta")) {
      const milliseconds given(
          parameters.duration("lookback_delta", "error parsing lookback delta duration: "));
      if (given.count() > 0) options.lookback = given;
    }
    const milliseconds patience = options.timeout;
    const promql::Engine engine(std::move(options));
    const bool wantsStatistics = parameters.has("stats");
    ApiAnswer answer;
    const auto asked = steady_clock::now();
    const auto query = [&] {
      const auto waited = steady_clock::now() - asked;
      answer = apiAnswerOf(result(ask, engine), limit,
                           wantsStatistics ? std::optional(waited) : std::nullopt);
    };
    try {
      throwUnlessRan(threads_.run(query, patience, gone));
    } catch (const promql::ParseError& error) {
      throw badQuery(error.what());
    } catch (const promql::QueryError& error) {
      throw errorOf(error);
    } catch (const std::bad_alloc&) {
      throw ApiError(Type::kExecution, "the query needs more memory than there is");
    }
    return answer;
  }

  static void throwUnlessRan(QueryThreads::Outcome outcome) {
    switch (outcome) {
      case QueryThreads::Outcome::kRan:
        return;
      case QueryThreads::Outcome::kTimedOut:
        throw ApiError(Type::kTimeout, "query timed out in query queue");
      case QueryThreads::Outcome::kCanceled:
        throw ApiError(Type::kCanceled, "query was canceled in query queue");
    }
  }

  const std::shared_ptr<const History> history_;
  const promql::EngineOptions options_;
  const std::shared_ptr<pipeline::MissingValues> missing_;
  QueryThreads threads_;
};

}  // namespace

void addQueryEndpoints(Router& router, const std::shared_ptr<const History>& history,
                       const QueryOptions& options) {
  const auto queries = std::make_shared<Queries>(history, options);
  addApiEndpoint(router, "query", ApiMethods::kGetAndPost,
                 [queries](const ApiParameters& parameters, const Request& request) {
                   return queries->instant(parameters, request.gone);
                 });
  addApiEndpoint(router, "query_range", ApiMethods::kGetAndPost,
                 [queries](const ApiParameters& parameters, const Request& request) {
                   return queries->range(parameters, request.gone);
                 });
  addApiEndpoint(router, "format_query", ApiMethods::kGetAndPost,
                 [queries](const ApiParameters& parameters, const Request&) {
                   return queries->format(parameters);
                 });
  addApiEndpoint(router, "parse_query", ApiMethods::kGetAndPost,
                 [queries](const ApiParameters& parameters, const Request&) {
                   return queries->tree(parameters);
                 });
}

}  // namespace orchestrator_exporter::http
