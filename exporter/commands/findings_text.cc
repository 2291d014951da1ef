#include "exporter/commands/findings_text.h"

#include <cmath>

#include "exporter/commands/times.h"
#include "metrics/analysis/texts.h"
#include "metrics/base/number_format.h"
#include "metrics/base/number_parse.h"
#include "metrics/exposition/csv.h"

namespace orchestrator_exporter::commands {

namespace {

using analysis::Findings;
using analysis::SignalFinding;
using analysis::timeWords;
using analysis::valueWords;

// All digits; nothing for what is not known.
std::string number(double value) {
  if (std::isnan(value)) return {};
  TextBuffer text;
  appendFixed(text, value);
  return std::string(text.view());
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// What was not seen is told, so that silence is no good news.
std::string silentText(const std::string& what, const std::vector<std::string>& names) {
  return names.empty() ? "" : "\n" + what + ": " + list(names) + "\n";
}

std::string dayHour(std::size_t hour) {
  constexpr const char* kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  return std::string(kDays[hour / 24]) + " " + std::to_string(hour % 24) + ":00";
}

}  // namespace

std::string csvText(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += ',';
      appendCsvField(text, row[i], parseNumber(row[i]).has_value());
    }
    text += "\r\n";
  }
  return text;
}

std::vector<Row> trendRows(const Findings& findings) {
  std::vector<Row> rows = {{"signal", "class", "unit", "median", "change", "change_an_hour",
                            "change_an_hour_lower", "change_an_hour_upper", "p", "noise", "n"}};
  for (const SignalFinding& one : findings.signals) {
    const analysis::Trend& trend = one.trend;
    rows.push_back({one.name, std::string(nameOf(trend.trend)), one.signal.unit,
                    number(trend.median), number(trend.change), number(trend.changeAnHour),
                    number(trend.anHour.lower), number(trend.anHour.upper), number(trend.p),
                    number(trend.noise), std::to_string(trend.support.n)});
  }
  return rows;
}

std::string trendsText(const Findings& findings) {
  std::vector<Row> rows = {{"SIGNAL", "CLASS", "MEDIAN", "CHANGE", "AN HOUR", "P"}};
  std::string sentences;
  for (const SignalFinding& one : findings.signals) {
    const analysis::Trend& trend = one.trend;
    rows.push_back({one.name, std::string(nameOf(trend.trend)),
                    valueWords(trend.median, one.signal.unit),
                    valueWords(trend.change, one.signal.unit), valueWords(trend.changeAnHour),
                    valueWords(trend.p)});
    const bool isNews = trend.trend != analysis::TrendClass::kStable &&
                        trend.trend != analysis::TrendClass::kInsufficientData;
    if (isNews) sentences += trend.sentence + "\n";
  }
  return tableText(std::move(rows)) + (sentences.empty() ? "" : "\n" + sentences) +
         silentText("Not observed", findings.silent);
}

std::vector<Row> forecastRows(const Findings& findings) {
  std::vector<Row> rows = {{"time", "unix_ms", "signal", "horizon_seconds", "median", "q10", "q90",
                            "q025", "q975", "unit", "model", "confidence"}};
  for (const SignalFinding& one : findings.signals) {
    for (const auto& [horizon, forecast] : one.forecasts) {
      for (const analysis::ForecastPoint& point : forecast.points) {
        rows.push_back({isoText(point.time), std::to_string(point.time), one.name,
                        std::to_string(horizon / 1000), number(point.median), number(point.q10),
                        number(point.q90), number(point.q025), number(point.q975), one.signal.unit,
                        forecast.model, number(forecast.confidence)});
      }
    }
  }
  return rows;
}

std::string forecastsText(const Findings& findings) {
  std::vector<Row> rows = {{"SIGNAL", "AHEAD", "NOW", "EXPECTED", "80 %", "CONFIDENCE", "MODEL"}};
  std::string notes;
  for (const SignalFinding& one : findings.signals) {
    for (const auto& [horizon, forecast] : one.forecasts) {
      const std::string ahead = analysis::durationWords(horizon);
      if (forecast.points.empty()) {
        notes += one.name + ", " + ahead + ": " + forecast.insufficient + ".\n";
        continue;
      }
      const analysis::ForecastPoint& last = forecast.points.back();
      const std::string& unit = one.signal.unit;
      rows.push_back({one.name, ahead, valueWords(one.last, unit), valueWords(last.median, unit),
                      valueWords(last.q10) + " to " + valueWords(last.q90, unit),
                      valueWords(forecast.confidence), forecast.model});
      if (forecast.timeToLimit) {
        notes += one.name + " comes to " + valueWords(one.signal.limit, unit) + " in " +
                 analysis::durationWords(*forecast.timeToLimit) + ".\n";
      }
    }
  }
  return tableText(std::move(rows)) + (notes.empty() ? "" : "\n" + notes) +
         silentText("Not observed", findings.silent);
}

std::vector<Row> anomalyRows(const Findings& findings) {
  std::vector<Row> rows = {{"time", "unix_ms", "signal", "value", "unit", "score", "detector"}};
  for (const SignalFinding& one : findings.signals) {
    for (const analysis::Anomaly& anomaly : one.anomalies) {
      rows.push_back({isoText(anomaly.time), std::to_string(anomaly.time), one.name,
                      number(anomaly.value), one.signal.unit, number(anomaly.score.score),
                      std::string(anomaly.score.detector)});
    }
  }
  return rows;
}

std::string anomaliesText(const Findings& findings) {
  std::vector<Row> rows = {{"TIME", "SIGNAL", "VALUE", "SCORE", "SAID BY"}};
  std::string shifts;
  for (const SignalFinding& one : findings.signals) {
    for (const analysis::Anomaly& anomaly : one.anomalies) {
      std::string who;
      for (const analysis::DetectorReading& reading : anomaly.readings) {
        if (!(reading.score >= analysis::kAnomalous)) continue;
        who += (who.empty() ? "" : ", ") + std::string(reading.name);
      }
      rows.push_back({timeWords(anomaly.time), one.name, valueWords(anomaly.value, one.signal.unit),
                      valueWords(anomaly.score.score), who});
    }
    for (const analysis::Shift& shift : one.shifts) {
      shifts += one.name + " went from " + valueWords(shift.before, one.signal.unit) + " to " +
                valueWords(shift.after, one.signal.unit) + " at " + timeWords(shift.time) + ".\n";
    }
  }
  const std::string table = rows.size() == 1 ? "No anomalies.\n" : tableText(std::move(rows));
  return table + (shifts.empty() ? "" : "\n" + shifts) +
         silentText("Not observed", findings.silent);
}

std::vector<Row> baselineRows(const Findings& findings) {
  std::vector<Row> rows = {
      {"signal", "of", "hour", "n", "median", "mad", "q05", "q25", "q75", "q95", "unit"}};
  using analysis::Baseline;
  for (const SignalFinding& one : findings.signals) {
    if (one.baseline == nullptr) continue;
    const auto& cells = one.baseline->cells();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const analysis::Cell& cell = cells[i];
      if (cell.n == 0) continue;
      const bool isWeek = i < Baseline::kHoursOfWeek;
      const bool isAll = i + 1 == Baseline::kCells;
      rows.push_back({one.name,
                      isAll    ? "all"
                      : isWeek ? "hour_of_week"
                               : "hour_of_day",
                      isAll ? "" : std::to_string(isWeek ? i : i - Baseline::kHoursOfWeek),
                      std::to_string(cell.n), number(cell.median), number(cell.mad),
                      number(cell.q05), number(cell.q25), number(cell.q75), number(cell.q95),
                      one.signal.unit});
    }
  }
  return rows;
}

std::string baselinesText(const Findings& findings) {
  std::vector<Row> rows = {{"SIGNAL", "USUAL", "5 % TO 95 %", "QUIETEST", "BUSIEST", "SHIFT", ""}};
  using analysis::Baseline;
  for (const SignalFinding& one : findings.signals) {
    if (one.baseline == nullptr || one.baseline->cells().empty()) continue;
    const auto& cells = one.baseline->cells();
    const analysis::Cell& all = cells.back();
    std::size_t low = Baseline::kCells;
    std::size_t high = Baseline::kCells;
    for (std::size_t i = 0; i < Baseline::kHoursOfWeek; ++i) {
      if (cells[i].n < Baseline::kLeastValues) continue;
      if (low == Baseline::kCells || cells[i].median < cells[low].median) low = i;
      if (high == Baseline::kCells || cells[i].median > cells[high].median) high = i;
    }
    const auto hour = [](std::size_t i) { return i == Baseline::kCells ? "unknown" : dayHour(i); };
    rows.push_back({one.name, valueWords(all.median, one.signal.unit),
                    valueWords(all.q05) + " to " + valueWords(all.q95), hour(low), hour(high),
                    one.regression.old == 0 ? "unknown" : valueWords(one.regression.shift),
                    one.regression.worse ? "worse" : ""});
  }
  return tableText(std::move(rows)) + silentText("Not observed", findings.silent);
}

std::vector<Row> bottleneckRows(const Findings& findings) {
  std::vector<Row> rows = {{"resource", "component", "instance", "impact", "since", "detector",
                            "value", "low", "high", "advice"}};
  for (const analysis::Diagnosis& one : findings.bottlenecks) {
    const analysis::Bottleneck& bottleneck = one.bottleneck;
    std::string advice;
    for (const std::string& text : one.advice) advice += (advice.empty() ? "" : " ") + text;
    for (const analysis::Evidence& seen : bottleneck.evidence) {
      rows.push_back({bottleneck.place.resource, bottleneck.place.component,
                      bottleneck.place.instance, number(bottleneck.impact),
                      isoText(bottleneck.since), seen.detector->id, number(seen.value),
                      number(seen.detector->low), number(seen.detector->high), advice});
    }
  }
  return rows;
}

std::string bottlenecksText(const Findings& findings) {
  std::string text;
  for (const analysis::Diagnosis& one : findings.bottlenecks) {
    const analysis::Bottleneck& bottleneck = one.bottleneck;
    text += (text.empty() ? "" : "\n") + bottleneck.place.resource + " of " +
            bottleneck.place.component + ": impact " + valueWords(bottleneck.impact) + " since " +
            timeWords(bottleneck.since) + "\n";
    for (const std::string& advice : one.advice) text += "  " + advice + "\n";
    for (const analysis::Evidence& seen : bottleneck.evidence) {
      text += "  " + seen.detector->id + " " + valueWords(seen.value, seen.detector->unit) +
              " (all is well below " + valueWords(seen.detector->low) + ", nothing above " +
              valueWords(seen.detector->high) + ")\n";
    }
  }
  if (text.empty()) text = "No bottlenecks.\n";
  return text + silentText("Not observed", findings.health.notObserved);
}

std::vector<Row> qualityRows(const Findings& findings) {
  std::vector<Row> rows = {{"metric", "session", "dimension", "ratio", "numerator", "denominator"}};
  const analysis::QualityFindings quality = findings.quality.value_or(analysis::QualityFindings());
  const auto add = [&](const analysis::SampleQuality& one) {
    const auto addShare = [&](const char* dimension, const analysis::Share& share) {
      if (!share.ratio()) return;
      rows.push_back({one.metric, "", dimension, number(*share.ratio()), std::to_string(share.good),
                      std::to_string(share.all)});
    };
    addShare("completeness", one.completeness);
    addShare("accuracy", one.accuracy);
    addShare("consistency", one.consistency);
  };
  add(quality.all);
  for (const analysis::SampleQuality& metric : quality.metrics) add(metric);
  for (const auto& [session, dimension, ratio] : quality.reported) {
    rows.push_back({"", session, dimension, number(ratio), "", ""});
  }
  return rows;
}

std::string qualityText(const Findings& findings) {
  const analysis::QualityFindings quality = findings.quality.value_or(analysis::QualityFindings());
  std::vector<Row> rows = {{"METRIC", "SERIES", "COMPLETE", "ACCURATE", "CONSISTENT"}};
  const auto shareText = [](const analysis::Share& share) {
    if (!share.ratio()) return std::string("unknown");
    return analysis::shareWords(*share.ratio()) + " (" + std::to_string(share.good) + " of " +
           std::to_string(share.all) + ")";
  };
  const auto add = [&](const std::string& name, const analysis::SampleQuality& one) {
    rows.push_back({name, std::to_string(one.series), shareText(one.completeness),
                    shareText(one.accuracy), shareText(one.consistency)});
  };
  add("all", quality.all);
  std::size_t whole = 0;
  for (const analysis::SampleQuality& metric : quality.metrics) {
    const bool isWhole = metric.completeness.good == metric.completeness.all &&
                         metric.accuracy.good == metric.accuracy.all &&
                         metric.consistency.good == metric.consistency.all;
    whole += isWhole ? 1 : 0;
    if (!isWhole) add(metric.metric, metric);
  }
  std::string text = tableText(std::move(rows)) + "\nOf " + std::to_string(quality.metrics.size()) +
                     " metrics " + std::to_string(whole) + " lack nothing.\n";
  for (const auto& [session, dimension, ratio] : quality.reported) {
    text += "Session " + session + ": " + dimension + " " + analysis::shareWords(ratio) + ".\n";
  }
  return text + silentText("Not observed", quality.silent);
}

std::vector<Row> healthRows(const Findings& findings) {
  const analysis::Health& health = findings.health;
  std::vector<Row> rows = {{"what", "component", "points", "impact", "detector"}};
  rows.push_back({"score", "", health.score ? std::to_string(*health.score) : "", "", ""});
  for (const analysis::Loss& loss : health.losses) {
    rows.push_back({loss.resource, loss.place.component, number(-loss.points), number(loss.impact),
                    loss.detector});
  }
  return rows;
}

std::string healthText(const Findings& findings) {
  const analysis::Health& health = findings.health;
  std::string text =
      "Health: " + (health.score ? std::to_string(*health.score) + " of 100, " : std::string()) +
      std::string(health.band()) + "\n";
  for (const analysis::Loss& loss : health.losses) {
    text += "  -" + valueWords(loss.points) + " " + loss.resource + " of " + loss.place.component +
            " (impact " + valueWords(loss.impact) + ", " + loss.detector + ")\n";
  }
  return text + silentText("Not observed", health.notObserved);
}

}  // namespace orchestrator_exporter::commands
