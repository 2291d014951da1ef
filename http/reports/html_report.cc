#include "http/reports/html_report.h"

#include <algorithm>

#include "http/pages/html.h"
#include "http/reports/chart.h"
#include "http/reports/flame_graph.h"
#include "metrics/analysis/texts.h"
#include "metrics/statistics/quantiles.h"

namespace orchestrator_exporter::http {

namespace {

using analysis::Diagnosis;
using analysis::SignalFinding;
using analysis::TrendClass;
using analysis::valueWords;

constexpr std::string_view kStyle = R"(
body{font:15px/1.45 system-ui,sans-serif;color:#1b1f24;max-width:760px;margin:24px auto;padding:0 12px}
h1{font-size:24px;margin:0}h2{font-size:18px;margin:28px 0 8px;border-bottom:1px solid #d0d7de}
h3{font-size:15px;margin:16px 0 4px}p{margin:6px 0}small,.quiet{color:#57606a}
.score{font-size:44px;font-weight:600}.good{color:#1a7f37}.fair{color:#9a6700}.poor{color:#bc4c00}
.critical{color:#cf222e}.unknown{color:#57606a}
table{border-collapse:collapse;width:100%;font-size:13px}td,th{text-align:left;padding:3px 8px 3px 0;border-bottom:1px solid #eaeef2;vertical-align:top}
svg.chart{width:100%;height:auto;display:block}svg text{font-size:10px;fill:#57606a}
.axis{fill:none;stroke:#d0d7de}.line{fill:none;stroke:#0969da;stroke-width:1.4}
.forecast{fill:none;stroke:#8250df;stroke-dasharray:4 3}.band{fill:#8250df;opacity:.18}
.anomaly{fill:#cf222e}.alert{fill:#cf222e;opacity:.1}.cursor{stroke:#57606a;stroke-width:.7}
.chart-box{break-inside:avoid;margin:10px 0}td+td,p{overflow-wrap:anywhere}
@page{size:A4;margin:14mm}
@media print{body{max-width:none;margin:0;padding:0;font-size:11px}h2,h3{break-after:avoid}tr{break-inside:avoid}
table{font-size:10px}.charts{display:grid;grid-template-columns:1fr 1fr;gap:2px 16px}.charts svg{overflow:visible}.charts svg text{font-size:14px}
.chart-box{margin:2px 0}.chart-box h3{font-size:11px;margin:4px 0 0}}
)";

// One cursor for all charts: each tells its value at that time.
constexpr std::string_view kScript = R"(
(function(){
var charts=[].slice.call(document.querySelectorAll('svg.chart')).map(function(svg){
return{svg:svg,cursor:svg.querySelector('.cursor'),out:svg.parentNode.querySelector('.value'),
from:+svg.dataset.from,to:+svg.dataset.to,times:svg.dataset.times.split(' ').map(Number),values:svg.dataset.values.split(' ')};});
var left=64,right=712;
function show(time){charts.forEach(function(c){
var x=left+(time-c.from)/(c.to-c.from)*(right-left);
c.cursor.setAttribute('x1',x);c.cursor.setAttribute('x2',x);
var best=0;c.times.forEach(function(t,i){if(Math.abs(t-time)<Math.abs(c.times[best]-time))best=i;});
var value=c.values[best];
c.out.textContent=time>c.times[c.times.length-1]?'':new Date(c.times[best]*1000).toISOString().slice(0,16).replace('T',' ')+'  '+(value==='-'?'unknown':value+' '+c.svg.dataset.unit);});}
charts.forEach(function(c){c.svg.addEventListener('mousemove',function(e){
var box=c.svg.getBoundingClientRect(),x=(e.clientX-box.left)/box.width*720;
var share=Math.max(0,Math.min(1,(x-left)/(right-left)));show(c.from+share*(c.to-c.from));});});
})();
)";

std::string paragraph(const std::string& text) { return "<p>" + escapeHtml(text) + "</p>\n"; }

std::string rowOf(const std::vector<std::string>& cells, const char* tag = "td") {
  std::string text = "<tr>";
  for (const std::string& cell : cells) {
    text += std::string("<") + tag + ">" + escapeHtml(cell) + "</" + tag + ">";
  }
  return text + "</tr>\n";
}

std::string tableOf(const std::vector<std::vector<std::string>>& rows) {
  std::string text = "<table>\n" + rowOf(rows.front(), "th");
  for (std::size_t i = 1; i < rows.size(); ++i) text += rowOf(rows[i]);
  return text + "</table>\n";
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string healthPart(const Report& report) {
  const analysis::Health& health = report.findings.health;
  const std::string band(health.band());
  std::string text = "<p><span class=\"score " + band + "\">" +
                     (health.score ? std::to_string(*health.score) : "?") +
                     "</span> of 100: health is <b>" + band + "</b></p>\n";
  if (!health.score) text += paragraph("Nothing that the score is made of was observed.");
  for (const analysis::Loss& loss : health.losses) {
    text += paragraph(valueWords(loss.points) + " points lost to " + loss.resource + " of " +
                      loss.place.component + " (" + loss.detector + ")");
  }
  return text;
}

std::string bottleneckPart(const Report& report, std::size_t most) {
  const auto& all = report.findings.bottlenecks;
  if (all.empty()) return paragraph("Nothing waits for a resource at the end of this range.");
  std::string text;
  for (std::size_t i = 0; i < std::min(most, all.size()); ++i) {
    const Diagnosis& one = all[i];
    text += "<h3>" +
            escapeHtml(one.bottleneck.place.resource + " of " + one.bottleneck.place.component) +
            " <small>impact " + valueWords(one.bottleneck.impact) + ", since " +
            analysis::timeWords(one.bottleneck.since) + "</small></h3>\n";
    for (const std::string& advice : one.advice) text += paragraph(advice);
  }
  return text;
}

std::string trendPart(const Report& report) {
  std::string text;
  std::size_t stable = 0;
  std::size_t unknown = 0;
  for (const SignalFinding& one : report.findings.signals) {
    if (one.trend.trend == TrendClass::kStable) ++stable;
    if (one.trend.trend == TrendClass::kInsufficientData) ++unknown;
    const bool isNews =
        one.trend.trend != TrendClass::kStable && one.trend.trend != TrendClass::kInsufficientData;
    if (isNews) text += paragraph(one.trend.sentence);
  }
  return text + paragraph(std::to_string(stable) + " signals are stable; of " +
                          std::to_string(unknown) + " there are too few samples to tell.");
}

std::string alertPart(const Report& report) {
  if (report.alerts.empty()) return paragraph("No alert fired.");
  std::vector<std::vector<std::string>> rows = {{"alert", "labels", "from", "to"}};
  for (const FiredAlert& alert : report.alerts) {
    std::string labels;
    for (const auto& [name, value] : alert.labels) {
      labels += (labels.empty() ? "" : ", ") + name + "=" + value;
    }
    rows.push_back({alert.name, labels, analysis::timeWords(alert.begin),
                    alert.end + 60'000 >= report.findings.end ? "still firing"
                                                              : analysis::timeWords(alert.end)});
  }
  return tableOf(rows);
}

std::string shareText(const analysis::Share& share) {
  return share.ratio() ? analysis::shareWords(*share.ratio()) : "unknown";
}

std::string qualityPart(const Report& report) {
  const auto quality = report.findings.quality.value_or(analysis::QualityFindings());
  std::string text = paragraph("No sample was found.");
  if (quality.all.series > 0) {
    text =
        paragraph("Of the samples of " + std::to_string(quality.all.series) +
                  " series that there should be " + shareText(quality.all.completeness) +
                  " are there; " + shareText(quality.all.accuracy) + " are finite numbers, and " +
                  shareText(quality.all.consistency) + " contradict nothing before.");
  }
  std::vector<std::vector<std::string>> rows = {
      {"metric with gaps or faults", "complete", "accurate", "consistent"}};
  constexpr double kGood = 0.99;
  for (const analysis::SampleQuality& metric : quality.metrics) {
    const double least =
        std::min({metric.completeness.ratio().value_or(1), metric.accuracy.ratio().value_or(1),
                  metric.consistency.ratio().value_or(1)});
    if (least >= kGood) continue;
    rows.push_back({metric.metric, shareText(metric.completeness), shareText(metric.accuracy),
                    shareText(metric.consistency)});
  }
  if (rows.size() > 1) text += tableOf(rows);
  for (const auto& [session, dimension, ratio] : quality.reported) {
    text += paragraph("Session " + session + ": " + dimension + " " + analysis::shareWords(ratio) +
                      ".");
  }
  if (!report.findings.silent.empty()) {
    text += paragraph("Not observed: " + joined(report.findings.silent) + ".");
  }
  return text;
}

std::string chartPart(const Report& report) {
  std::string text;
  for (const SignalFinding& one : report.findings.signals) {
    text += "<div class=\"chart-box\"><h3>" + escapeHtml(one.name) +
            " <small class=\"value\"></small></h3>\n" + chartOf(one, report) + "</div>\n";
  }
  return text.empty() ? paragraph("There are no signals with samples in this range.")
                      : "<div class=\"charts\">\n" + text + "</div>\n";
}

std::string tablePart(const Report& report) {
  std::vector<std::vector<std::string>> rows = {
      {"signal", "newest", "median", "p95", "trend", "in an hour", "confidence", "anomalies"}};
  for (const SignalFinding& one : report.findings.signals) {
    const std::string& unit = one.signal.unit;
    const bool isAhead = !one.forecasts.empty() && !one.forecasts[0].forecast.points.empty();
    rows.push_back(
        {one.name, valueWords(one.last, unit),
         valueWords(statistics::median(one.track.values), unit),
         valueWords(statistics::quantile(one.track.values, 0.95), unit),
         std::string(nameOf(one.trend.trend)),
         isAhead ? valueWords(one.forecasts[0].forecast.points.back().median, unit) : "unknown",
         isAhead ? valueWords(one.forecasts[0].forecast.confidence) : "",
         std::to_string(one.anomalies.size())});
  }
  return tableOf(rows);
}

std::string evidencePart(const Report& report) {
  std::vector<std::vector<std::string>> rows = {
      {"resource", "component", "detector", "value", "low", "high", "since"}};
  for (const Diagnosis& one : report.findings.bottlenecks) {
    for (const analysis::Evidence& seen : one.bottleneck.evidence) {
      rows.push_back({one.bottleneck.place.resource, one.bottleneck.place.component,
                      seen.detector->id, valueWords(seen.value, seen.detector->unit),
                      valueWords(seen.detector->low), valueWords(seen.detector->high),
                      analysis::timeWords(seen.since)});
    }
  }
  std::string text = rows.size() > 1 ? tableOf(rows) : paragraph("No detector is above its mark.");
  std::vector<std::string> missing = report.findings.health.notObserved;
  if (!missing.empty()) text += paragraph("Detectors without series: " + joined(missing) + ".");
  return text;
}

std::string sourcePart(const Report& report) {
  std::vector<std::vector<std::string>> rows = {{"signal", "expression"}};
  for (const SignalFinding& one : report.findings.signals) {
    rows.push_back({one.name, one.signal.expression});
  }
  std::string text =
      paragraph("Source: " + report.source + ". Made by orchestrator_exporter " + report.version +
                " at " + analysis::timeWords(report.generatedAt) + ".") +
      tableOf(rows);
  for (const std::string& warning : report.findings.warnings) {
    text += paragraph("Warning: " + warning);
  }
  return text;
}

}  // namespace

std::string htmlReport(const Report& report) {
  const std::string range = analysis::timeWords(report.findings.start) + " to " +
                            analysis::timeWords(report.findings.end);
  const bool hasProfile = report.profile.has_value();
  std::string styles = policyHash(kStyle);
  std::string scripts = policyHash(kScript);
  if (hasProfile) {
    styles += " " + policyHash(kFlameGraphStyle);
    scripts += " " + policyHash(kFlameGraphScript);
  }
  std::string text =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src " +
      styles + "; script-src " + scripts +
      "\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>Report, " + range +
      "</title>\n<style>" + std::string(kStyle) + "</style>" +
      (hasProfile ? "<style>" + std::string(kFlameGraphStyle) + "</style>" : "") +
      "</head><body>\n<h1>Report</h1>\n" + "<p class=\"quiet\">" + range + "</p>\n";
  const auto part = [&](const char* title, const std::string& body) {
    text += std::string("<h2>") + title + "</h2>\n" + body;
  };
  constexpr std::size_t kWorst = 3;
  part("Summary", healthPart(report) + bottleneckPart(report, kWorst));
  part("Trends", trendPart(report));
  part("Alerts", alertPart(report));
  part("Quality of the data", qualityPart(report));
  part("Charts", chartPart(report));
  part("Signals", tablePart(report));
  if (hasProfile) part("Profile", flameGraphPart(*report.profile));
  part("Evidence", evidencePart(report));
  part("What this was made of", sourcePart(report));
  if (hasProfile) text += "<script>" + std::string(kFlameGraphScript) + "</script>";
  return text + "<script>" + std::string(kScript) + "</script></body></html>\n";
}

}  // namespace orchestrator_exporter::http
