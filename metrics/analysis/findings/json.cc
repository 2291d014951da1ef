#include "metrics/analysis/findings/json.h"

#include <nlohmann/json.hpp>

#include "metrics/base/utf8.h"
#include "metrics/exposition/json_text.h"

namespace orchestrator_exporter::analysis {

namespace {

using json = nlohmann::ordered_json;

// nlohmann::json writes what is not finite as null.
double seconds(std::int64_t milliseconds) { return static_cast<double>(milliseconds) / 1000; }

json beginOf(const SignalFinding& finding) {
  return {{"signal", toUtf8(finding.name)},
          {"labels", jsonObject<json>(finding.labels)},
          {"unit", toUtf8(finding.signal.unit)}};
}

void addSupport(json& object, const statistics::Support& support) {
  object["n"] = support.n;
  object["n_nan"] = support.nNan;
  object["from"] = seconds(support.from);
  object["to"] = seconds(support.to);
}

json withRange(const Findings& findings) {
  return {{"start", seconds(findings.start)}, {"end", seconds(findings.end)}};
}

json trendOf(const SignalFinding& finding) {
  const Trend& trend = finding.trend;
  json object = beginOf(finding);
  object["class"] = nameOf(trend.trend);
  object["change"] = trend.change;
  object["change_an_hour"] = {
      {"value", trend.changeAnHour}, {"lower", trend.anHour.lower}, {"upper", trend.anHour.upper}};
  object["p"] = trend.p;
  addSupport(object, trend.support);
  object["parts"] = trend.parts;
  object["median"] = trend.median;
  object["noise"] = trend.noise;
  object["seasonal"] = trend.seasonal;
  object["sentence"] = toUtf8(trend.sentence);
  return object;
}

json readingsOf(const std::vector<DetectorReading>& readings) {
  json list = json::array();
  for (const DetectorReading& one : readings) {
    list.push_back(
        {{"detector", one.name}, {"value", one.value}, {"limit", one.limit}, {"score", one.score}});
  }
  return list;
}

json placeOf(const Place& place) {
  json object = {{"resource", place.resource}, {"component", toUtf8(place.component)}};
  if (!place.instance.empty()) object["instance"] = toUtf8(place.instance);
  return object;
}

json shareOf(const std::optional<double>& ratio, const Share& share) {
  if (!ratio) return {{"ratio", nullptr}, {"numerator", nullptr}, {"denominator", nullptr}};
  return {{"ratio", *ratio}, {"numerator", share.good}, {"denominator", share.all}};
}

json qualityOf(const SampleQuality& quality) {
  return {{"completeness", shareOf(quality.completeness.ratio(), quality.completeness)},
          {"accuracy", shareOf(quality.accuracy.ratio(), quality.accuracy)},
          {"consistency", shareOf(quality.consistency.ratio(), quality.consistency)}};
}

json bottleneckOf(const Diagnosis& diagnosis) {
  const Bottleneck& bottleneck = diagnosis.bottleneck;
  json object = placeOf(bottleneck.place);
  object["impact"] = bottleneck.impact;
  object["since"] = seconds(bottleneck.since);
  object["advice"] = json::array();
  for (const std::string& sentence : diagnosis.advice) object["advice"].push_back(toUtf8(sentence));
  object["consumers"] = json::array();
  for (const Consumer& one : diagnosis.consumers) {
    object["consumers"].push_back({{"kind", one.kind},
                                   {"name", toUtf8(one.name)},
                                   {"what", one.what},
                                   {"unit", one.unit},
                                   {"value", one.value},
                                   {"share", one.share},
                                   {"growth", one.growth}});
  }
  object["evidence"] = json::array();
  for (const Evidence& one : bottleneck.evidence) {
    object["evidence"].push_back({{"detector", one.detector->id},
                                  {"kind", nameOf(one.detector->kind)},
                                  {"expression", withRules(one.detector->expression)},
                                  {"labels", jsonObject<json>(one.labels)},
                                  {"value", one.value},
                                  {"low", one.detector->low},
                                  {"high", one.detector->high},
                                  {"weight", one.detector->weight},
                                  {"severity", one.severity},
                                  {"since", seconds(one.since)},
                                  {"last", one.last}});
  }
  return object;
}

}  // namespace

std::string trendsJson(const Findings& findings) {
  json document = withRange(findings);
  document["window"] = seconds(findings.window);
  document["trends"] = json::array();
  for (const SignalFinding& finding : findings.signals) {
    document["trends"].push_back(trendOf(finding));
  }
  document["not_observed"] = findings.silent;
  return jsonText(document);
}

std::string forecastsJson(const Findings& findings) {
  json document = {{"forecasts", json::array()}, {"insufficient", json::array()}};
  for (const SignalFinding& finding : findings.signals) {
    for (const auto& [horizon, forecast] : finding.forecasts) {
      if (!forecast.insufficient.empty()) {
        document["insufficient"].push_back({{"signal", toUtf8(finding.name)},
                                            {"horizon", seconds(horizon)},
                                            {"reason", forecast.insufficient}});
        continue;
      }
      json object = beginOf(finding);
      object["horizon"] = seconds(horizon);
      object["origin"] = seconds(forecast.origin);
      object["step"] = seconds(forecast.step);
      object["model"] = forecast.model;
      object["confidence"] = forecast.confidence;
      object["mase"] = forecast.mase;
      object["coverage"] = forecast.coverage;
      object["origins"] = forecast.origins;
      if (forecast.timeToLimit) object["time_to"] = seconds(*forecast.timeToLimit);
      object["points"] = json::array();
      for (const ForecastPoint& point : forecast.points) {
        object["points"].push_back({{"time", seconds(point.time)},
                                    {"median", point.median},
                                    {"q10", point.q10},
                                    {"q90", point.q90},
                                    {"q025", point.q025},
                                    {"q975", point.q975}});
      }
      document["forecasts"].push_back(std::move(object));
    }
  }
  for (const std::string& name : findings.silent) {
    document["insufficient"].push_back({{"signal", name}, {"reason", "no series"}});
  }
  return jsonText(document);
}

std::string anomaliesJson(const Findings& findings) {
  json document = withRange(findings);
  document["anomalies"] = json::array();
  document["signals"] = json::array();
  document["shifts"] = json::array();
  for (const SignalFinding& finding : findings.signals) {
    for (const Anomaly& one : finding.anomalies) {
      json object = beginOf(finding);
      object["time"] = seconds(one.time);
      object["value"] = one.value;
      object["score"] = one.score.score;
      object["detector"] = one.score.detector;
      object["detectors"] = readingsOf(one.readings);
      document["anomalies"].push_back(std::move(object));
    }
    for (const Shift& shift : finding.shifts) {
      json object = beginOf(finding);
      object["time"] = seconds(shift.time);
      object["before"] = shift.before;
      object["after"] = shift.after;
      object["p"] = shift.p;
      document["shifts"].push_back(std::move(object));
    }
    json object = beginOf(finding);
    addSupport(object, finding.support);
    object["last"] = finding.last;
    object["score"] = finding.score.score;
    object["detectors"] = readingsOf(finding.readings);
    document["signals"].push_back(std::move(object));
  }
  document["not_observed"] = findings.silent;
  return jsonText(document);
}

std::string baselinesJson(const Findings& findings) {
  json document = {{"baselines", json::array()}, {"not_observed", findings.silent}};
  for (const SignalFinding& finding : findings.signals) {
    if (finding.baseline == nullptr) continue;
    json object = beginOf(finding);
    const Regression& regression = finding.regression;
    object["regression"] = {{"worse", regression.worse},
                            {"p", regression.ranks.p},
                            {"cliff_delta", regression.ranks.cliffDelta},
                            {"shift", regression.shift},
                            {"needed", regression.needed},
                            {"n_old", regression.old},
                            {"n_now", regression.now},
                            {"ks_d", regression.distance.d},
                            {"ks_p", regression.distance.p}};
    object["cells"] = json::array();
    const auto& cells = finding.baseline->cells();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].n == 0) continue;
      const bool isWeek = i < Baseline::kHoursOfWeek;
      const bool isAll = i + 1 == Baseline::kCells;
      json cell = {{"of", isAll ? "all" : isWeek ? "hour_of_week" : "hour_of_day"}};
      if (!isAll) cell["hour"] = isWeek ? i : i - Baseline::kHoursOfWeek;
      cell["n"] = cells[i].n;
      cell["median"] = cells[i].median;
      cell["mad"] = cells[i].mad;
      cell["q05"] = cells[i].q05;
      cell["q25"] = cells[i].q25;
      cell["q75"] = cells[i].q75;
      cell["q95"] = cells[i].q95;
      object["cells"].push_back(std::move(cell));
    }
    document["baselines"].push_back(std::move(object));
  }
  return jsonText(document);
}

std::string bottlenecksJson(const Findings& findings) {
  json document = {{"time", seconds(findings.end)},
                   {"bottlenecks", json::array()},
                   {"impacts", json::array()},
                   {"not_observed", findings.health.notObserved}};
  for (const Diagnosis& one : findings.bottlenecks) {
    document["bottlenecks"].push_back(bottleneckOf(one));
  }
  for (const auto& [place, impact] : findings.impacts) {
    json object = placeOf(place);
    object["impact"] = impact;
    document["impacts"].push_back(std::move(object));
  }
  return jsonText(document);
}

std::string healthJson(const Findings& findings) {
  const Health& health = findings.health;
  json document = {{"time", seconds(findings.end)},
                   {"score", health.score ? json(*health.score) : json(nullptr)},
                   {"band", health.band()},
                   {"lost", json::array()},
                   {"not_observed", health.notObserved}};
  for (const Loss& loss : health.losses) {
    json object = placeOf(loss.place);
    object["points"] = loss.points;
    object["impact"] = loss.impact;
    object["detector"] = loss.detector;
    document["lost"].push_back(std::move(object));
  }
  return jsonText(document);
}

std::string qualityJson(const Findings& findings) {
  const QualityFindings quality = findings.quality.value_or(QualityFindings());
  json document = withRange(findings);
  document["series"] = quality.all.series;
  document["quality"] = qualityOf(quality.all);
  document["metrics"] = json::array();
  for (const SampleQuality& metric : quality.metrics) {
    json object = {{"metric", toUtf8(metric.metric)}, {"series", metric.series}};
    object.update(qualityOf(metric));
    document["metrics"].push_back(std::move(object));
  }
  document["sessions"] = json::array();
  for (const QualityFindings::Reported& one : quality.reported) {
    document["sessions"].push_back({{"session", toUtf8(one.session)},
                                    {"dimension", toUtf8(one.dimension)},
                                    {"ratio", one.ratio}});
  }
  document["not_observed"] = quality.silent;
  return jsonText(document);
}

}  // namespace orchestrator_exporter::analysis
