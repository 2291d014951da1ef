#include "http/reports/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "http/pages/html.h"
#include "metrics/analysis/texts.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http {

namespace {

using analysis::ForecastPoint;
using analysis::SignalFinding;

// In units of the drawing.
constexpr double kWidth = 720;
constexpr double kHeight = 140;
constexpr double kLeft = 64;
constexpr double kRight = 8;
constexpr double kTop = 8;
constexpr double kBottom = 20;

std::string number(double value) {
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.1f", value);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string exact(double value) {
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.6g", value);
  return {text.data(), static_cast<std::size_t>(size)};
}

// The longest forecast, which the chart has room for up to a quarter of its range.
const analysis::Forecast* forecastOf(const SignalFinding& finding, std::int64_t range) {
  const analysis::Forecast* best = nullptr;
  for (const auto& [horizon, forecast] : finding.forecasts) {
    constexpr std::int64_t kShare = 4;
    if (forecast.points.empty() || horizon > range / kShare) continue;
    if (best == nullptr || forecast.points.size() > best->points.size()) best = &forecast;
  }
  return best;
}

class Chart {
 public:
  Chart(const SignalFinding& finding, const Report& report)
      : finding_(finding),
        report_(report),
        forecast_(forecastOf(finding, report.findings.end - report.findings.start)),
        from_(report.findings.start),
        to_(report.findings.end) {
    if (forecast_ != nullptr) to_ = std::max(to_, forecast_->points.back().time);
    for (const double value : finding.track.values) widen(value);
    for (const analysis::Anomaly& one : finding.anomalies) widen(one.value);
    if (forecast_ != nullptr) {
      for (const ForecastPoint& point : forecast_->points) {
        widen(point.q10);
        widen(point.q90);
      }
    }
    if (!(low_ <= high_)) low_ = high_ = 0;
    if (low_ == high_) {
      low_ -= 1;
      high_ += 1;
    }
  }

  std::string svg() const {
    std::string text = "<svg class=\"chart\" viewBox=\"0 0 " + number(kWidth) + " " +
                       number(kHeight) + "\" role=\"img\" aria-label=\"" +
                       escapeHtml(finding_.name) + "\"" + data() + ">\n";
    text += strips() + axes() + band() + line() + dots();
    return text + "<line class=\"cursor\" y1=\"" + number(kTop) + "\" y2=\"" +
           number(kHeight - kBottom) + "\" x1=\"-9\" x2=\"-9\"/></svg>\n";
  }

 private:
  void widen(double value) {
    if (!std::isfinite(value)) return;
    low_ = std::min(low_, value);
    high_ = std::max(high_, value);
  }
  double x(std::int64_t time) const {
    const double share = static_cast<double>(time - from_) / static_cast<double>(to_ - from_);
    return kLeft + std::clamp(share, 0.0, 1.0) * (kWidth - kLeft - kRight);
  }
  double y(double value) const {
    return kHeight - kBottom - (value - low_) / (high_ - low_) * (kHeight - kTop - kBottom);
  }
  std::string at(std::int64_t time, double value) const {
    return number(x(time)) + "," + number(y(value)) + " ";
  }

  // What the script tells under the cursor.
  std::string data() const {
    std::string times;
    std::string values;
    for (std::size_t i = 0; i < finding_.track.times.size(); ++i) {
      const double value = finding_.track.values[i];
      times += (i == 0 ? "" : " ") + std::to_string(finding_.track.times[i] / 1000);
      values += (i == 0 ? "" : " ") + (std::isnan(value) ? std::string("-") : exact(value));
    }
    return " data-from=\"" + std::to_string(from_ / 1000) + "\" data-to=\"" +
           std::to_string(to_ / 1000) + "\" data-times=\"" + times + "\" data-values=\"" + values +
           "\" data-unit=\"" + escapeHtml(finding_.signal.unit) + "\"";
  }

  std::string strips() const {
    std::string text;
    for (const FiredAlert& alert : report_.alerts) {
      text += "<rect class=\"alert\" x=\"" + number(x(alert.begin)) + "\" y=\"" + number(kTop) +
              "\" width=\"" + number(std::max(1.0, x(alert.end) - x(alert.begin))) +
              "\" height=\"" + number(kHeight - kTop - kBottom) + "\"><title>" +
              escapeHtml(alert.name) + "</title></rect>\n";
    }
    return text;
  }

  std::string label(double left, double height, const std::string& words,
                    const char* anchor) const {
    return "<text x=\"" + number(left) + "\" y=\"" + number(height) + "\" text-anchor=\"" + anchor +
           "\">" + escapeHtml(words) + "</text>\n";
  }

  std::string axes() const {
    const std::string base = number(kHeight - kBottom);
    const std::string& unit = finding_.signal.unit;
    std::string text = "<path class=\"axis\" d=\"M" + number(kLeft) + " " + number(kTop) + "V" +
                       base + "H" + number(kWidth - kRight) + "\"/>\n";
    text += label(kLeft - 4, kTop + 8, analysis::valueWords(high_, unit), "end");
    text += label(kLeft - 4, kHeight - kBottom, analysis::valueWords(low_, unit), "end");
    text += label(kLeft, kHeight - 5, analysis::timeWords(from_), "start");
    return text + label(kWidth - kRight, kHeight - 5, analysis::timeWords(to_), "end");
  }

  std::string band() const {
    if (forecast_ == nullptr) return {};
    std::string points;
    std::string middle;
    for (const ForecastPoint& point : forecast_->points) {
      points += at(point.time, point.q90);
      middle += at(point.time, point.median);
    }
    for (auto point = forecast_->points.rbegin(); point != forecast_->points.rend(); ++point) {
      points += at(point->time, point->q10);
    }
    return "<polygon class=\"band\" points=\"" + points +
           "\"><title>80 % of the forecast</title></polygon>\n<polyline class=\"forecast\" "
           "points=\"" +
           middle + "\"/>\n";
  }

  // A gap in the samples is a gap in the line.
  std::string line() const {
    std::string text;
    std::string points;
    const auto flush = [&] {
      if (!points.empty()) text += "<polyline class=\"line\" points=\"" + points + "\"/>\n";
      points.clear();
    };
    for (std::size_t i = 0; i < finding_.track.times.size(); ++i) {
      if (std::isnan(finding_.track.values[i])) {
        flush();
      } else {
        points += at(finding_.track.times[i], finding_.track.values[i]);
      }
    }
    flush();
    return text;
  }

  std::string dots() const {
    std::string text;
    for (const analysis::Anomaly& one : finding_.anomalies) {
      text += "<circle class=\"anomaly\" r=\"4\" cx=\"" + number(x(one.time)) + "\" cy=\"" +
              number(y(one.value)) + "\"><title>Anomaly at " + analysis::timeWords(one.time) +
              "</title></circle>\n";
    }
    return text;
  }

  const SignalFinding& finding_;
  const Report& report_;
  const analysis::Forecast* forecast_;
  std::int64_t from_;
  std::int64_t to_;
  double low_ = std::numeric_limits<double>::infinity();
  double high_ = -std::numeric_limits<double>::infinity();
};

}  // namespace

std::string chartOf(const SignalFinding& finding, const Report& report) {
  if (report.findings.end <= report.findings.start) return {};
  return Chart(finding, report).svg();
}

}  // namespace orchestrator_exporter::http
