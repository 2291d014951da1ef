#include "http/client/prometheus/prometheus_api.h"

#include <cmath>
#include <utility>

#include "http/client/url.h"
#include "http/server/uri.h"
#include "metrics/base/errors.h"
#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::http {

namespace {

using nlohmann::json;

std::string form(const PrometheusApi::Parameters& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    text += (text.empty() ? "" : "&") + encodeComponent(name) + "=" + encodeComponent(value);
  }
  return text;
}

std::string withoutSlash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string textOf(const json& object, const char* key) {
  const auto member = object.find(key);
  return member != object.end() && member->is_string() ? member->get<std::string>() : "";
}

std::vector<std::string> textsOf(const json& object, const char* key) {
  const auto member = object.find(key);
  return member == object.end() ? std::vector<std::string>()
                                : member->get<std::vector<std::string>>();
}

// [seconds, "value"]
promql::Point pointOf(const json& pair) {
  const auto value = parseNumber(pair.at(1).get_ref<const std::string&>());
  if (!value) throw PeerError("an answer has a sample that is no number");
  return {std::llround(pair.at(0).get<double>() * 1000), *value};
}

std::shared_ptr<const LabelSet> labelsOf(const json& metric) {
  std::vector<LabelSet::Pair> pairs;
  for (const auto& [name, value] : metric.items()) pairs.emplace_back(name, value);
  return std::make_shared<LabelSet>(std::move(pairs));
}

promql::QueryResult resultOf(const json& data) {
  promql::QueryResult result;
  const std::string type = textOf(data, "resultType");
  const json& what = data.at("result");
  if (type == "scalar") {
    result.type = promql::ValueType::kScalar;
    result.scalar = pointOf(what);
  } else if (type == "string") {
    result.type = promql::ValueType::kString;
    result.scalar.time = std::llround(what.at(0).get<double>() * 1000);
    result.text = what.at(1).get<std::string>();
  } else {
    result.type = type == "matrix" ? promql::ValueType::kMatrix : promql::ValueType::kVector;
    result.series = seriesOf(what);
  }
  return result;
}

}  // namespace

std::string apiTime(std::int64_t milliseconds) {
  constexpr std::int64_t kSecond = 1000;
  const std::int64_t part = ((milliseconds % kSecond) + kSecond) % kSecond;
  if (part == 0) return std::to_string(milliseconds / kSecond);
  const std::string decimals = std::to_string(kSecond + part).substr(1);
  const std::int64_t whole = milliseconds / kSecond;
  if (milliseconds >= 0) return std::to_string(whole) + "." + decimals;
  return "-" + std::to_string(-milliseconds / kSecond) + "." +
         std::to_string(kSecond + -milliseconds % kSecond).substr(1);
}

std::vector<promql::ResultSeries> seriesOf(const json& result) {
  std::vector<promql::ResultSeries> all;
  for (const json& one : result) {
    promql::ResultSeries series;
    series.labels = labelsOf(one.at("metric"));
    if (one.contains("value")) series.points.push_back(pointOf(one["value"]));
    if (one.contains("values")) {
      for (const json& pair : one["values"]) series.points.push_back(pointOf(pair));
    }
    // Native histograms have no single value.
    if (!series.points.empty()) all.push_back(std::move(series));
  }
  return all;
}

PrometheusApi::PrometheusApi(std::string url, ClientSettings settings)
    : url_(withoutSlash(std::move(url))), settings_(std::move(settings)) {
  clients_.push_back(std::make_unique<Requester>(settings_));
}

json PrometheusApi::whole(ClientRequest request) const {
  std::unique_ptr<Requester> client;
  {
    const std::lock_guard lock(mutex_);
    if (!clients_.empty()) {
      client = std::move(clients_.back());
      clients_.pop_back();
    }
  }
  if (client == nullptr) client = std::make_unique<Requester>(settings_);
  const ClientAnswer answer = client->send(request);
  {
    const std::lock_guard lock(mutex_);
    clients_.push_back(std::move(client));
  }
  if (answer.bodyIsCut) throw PeerError("the answer is too large");
  json document = json::parse(answer.body, nullptr, false);
  if (document.is_object() && document.contains("status")) return document;
  throw PeerError("status " + std::to_string(answer.status) + ": " +
                  ParseError::printable(answer.body.substr(0, answer.body.find('\n'))));
}

json PrometheusApi::ask(ClientRequest request) const {
  try {
    json document = whole(std::move(request));
    if (textOf(document, "status") == "success") return document;
    throw PeerError(textOf(document, "errorType") + ": " + textOf(document, "error"));
  } catch (const json::exception& error) {
    throw PeerError(std::string("the answer makes no sense: ") + error.what());
  } catch (const PeerError& error) {
    throw PeerError(withoutUserInfo(url_) + ": " + error.what());
  }
}

json PrometheusApi::get(std::string_view path, const Parameters& parameters) const {
  ClientRequest request;
  request.url = url_ + "/api/v1/" + std::string(path);
  if (!parameters.empty()) request.url += "?" + form(parameters);
  return ask(std::move(request))["data"];
}

json PrometheusApi::document(std::string_view path, const Parameters& parameters) const {
  const std::string body = form(parameters);
  ClientRequest request;
  request.method = "POST";
  request.url = url_ + "/api/v1/" + std::string(path);
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = body;
  return ask(std::move(request));
}

json PrometheusApi::post(std::string_view path, const Parameters& parameters) const {
  return document(path, parameters)["data"];
}

promql::QueryResult PrometheusApi::result(std::string_view path,
                                          const Parameters& parameters) const {
  const json answer = document(path, parameters);
  try {
    promql::QueryResult result = resultOf(answer.at("data"));
    result.warnings = textsOf(answer, "warnings");
    result.infos = textsOf(answer, "infos");
    return result;
  } catch (const json::exception& error) {
    throw PeerError(withoutUserInfo(url_) + ": the answer makes no sense: " + error.what());
  }
}

promql::QueryResult PrometheusApi::instant(std::string_view query, std::int64_t time) const {
  return result("query", {{"query", std::string(query)}, {"time", apiTime(time)}});
}

promql::QueryResult PrometheusApi::range(std::string_view query, std::int64_t start,
                                         std::int64_t end, std::int64_t step) const {
  return result("query_range", {{"query", std::string(query)},
                                {"start", apiTime(start)},
                                {"end", apiTime(end)},
                                {"step", apiTime(step)}});
}

}  // namespace orchestrator_exporter::http
