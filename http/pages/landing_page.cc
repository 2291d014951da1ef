#include "http/pages/landing_page.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "http/pages/html.h"
#include "http/pages/landing_page_style.h"

namespace orchestrator_exporter::http {
namespace {

using Seconds = std::chrono::duration<double>;

// A round dot in the accent colour, so that browsers do not ask for /favicon.ico.
constexpr std::string_view kIcon =
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Ccircle cx='8' cy='8' r='6' fill='%232f5fd0'/%3E%3C/svg%3E";

// Nothing from elsewhere, no scripts, no frames: what is shown comes from this host alone.
constexpr char kContentSecurityPolicy[] =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

// Three digits and the unit that suits them: "412 µs", "1.25 ms".
std::string durationText(Seconds duration) {
  struct Unit {
    double seconds;
    const char* name;
  };
  constexpr std::array<Unit, 3> kUnits = {{{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}}};
  const Unit* unit = kUnits.data();
  while (unit != &kUnits.back() && duration.count() < unit->seconds) ++unit;
  const double value = duration.count() / unit->seconds;
  const int decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
  std::array<char, 64> text;
  const int size = std::snprintf(text.data(), text.size(), "%.*f %s", decimals, value, unit->name);
  return {text.data(), std::min(static_cast<std::size_t>(std::max(size, 0)), text.size() - 1)};
}

// The two largest units: "3 d 4 h", "12 min 5 s".
std::string uptimeText(std::chrono::seconds uptime) {
  constexpr std::array<std::pair<std::int64_t, const char*>, 4> kUnits = {
      {{86'400, " d"}, {3'600, " h"}, {60, " min"}, {1, " s"}}};
  std::int64_t left = std::max<std::int64_t>(uptime.count(), 0);
  std::size_t unit = 0;
  while (unit + 1 < kUnits.size() && left < kUnits[unit].first) ++unit;
  std::string text = std::to_string(left / kUnits[unit].first) + kUnits[unit].second;
  left %= kUnits[unit].first;
  if (unit + 1 == kUnits.size()) return text;
  return text + " " + std::to_string(left / kUnits[unit + 1].first) + kUnits[unit + 1].second;
}

using Collectors = std::vector<LandingPage::Collector>;

std::size_t countOf(const Collectors& collectors, CollectorHealth health) {
  return static_cast<std::size_t>(
      std::count_if(collectors.begin(), collectors.end(),
                    [health](const auto& one) { return one.health == health; }));
}

// What the bars are measured against: one that hung would make all others vanish.
Seconds longestGood(const Collectors& collectors) {
  Seconds longest{0};
  for (const auto& collector : collectors) {
    if (collector.health != CollectorHealth::kGood) continue;
    longest = std::max(longest, collector.duration.value_or(Seconds{0}));
  }
  return longest;
}

class Page {
 public:
  // Puts pieces of markup together; text() is for everything that is not ours.
  Page& markup(std::string_view piece) {
    html_ += piece;
    return *this;
  }
  Page& text(std::string_view piece) {
    html_ += escapeHtml(piece);
    return *this;
  }
  std::string take() { return std::move(html_); }

 private:
  std::string html_;
};

void writeFact(Page& out, std::string_view name, std::string_view value) {
  out.markup("<li>").markup(name).markup(" <b>").text(value).markup("</b></li>");
}

void writeHead(Page& out, const LandingPage& page) {
  out.markup("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
      .markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
      .text(page.name)
      .markup(" · ")
      .text(page.hostName)
      .markup("</title>\n<link rel=\"icon\" href=\"")
      .markup(kIcon)
      .markup("\">\n<style>")
      .markup(kLandingPageStyle)
      .markup("</style>\n</head>\n<body>\n<main>\n<h1>")
      .text(page.name)
      .markup("</h1>\n<p class=\"quiet\">")
      .text(page.description)
      .markup("</p>\n<ul class=\"facts\">");
  writeFact(out, "host", page.hostName);
  writeFact(out, "version", page.version);
  if (!page.revision.empty()) writeFact(out, "revision", page.revision);
  writeFact(out, "up", uptimeText(page.uptime));
  out.markup("</ul>\n");
}

void writeLinks(Page& out, const std::vector<LandingPage::Link>& links) {
  out.markup("<nav class=\"links\">\n");
  for (const LandingPage::Link& link : links) {
    out.markup("<a href=\"").text(link.path).markup("\"><b>").text(link.name).markup(" <code>");
    out.text(link.path).markup("</code></b><span>").text(link.description);
    out.markup("</span></a>\n");
  }
  out.markup("</nav>\n");
}

void writeRow(Page& out, const LandingPage::Collector& collector, Seconds longest) {
  const bool failed = collector.health == CollectorHealth::kFailed;
  out.markup(failed ? "<tr class=\"failed\">" : "<tr class=\"good\">");
  out.markup("<td><span class=\"dot\"></span>").text(collector.name);
  out.markup("</td><td class=\"state\">").markup(failed ? "failed" : "ok");
  if (!collector.note.empty()) out.markup(": ").text(collector.note);
  out.markup("</td><td class=\"number\">");
  if (collector.duration) out.markup(durationText(*collector.duration));
  out.markup("</td><td class=\"bar\">");
  if (collector.duration && longest.count() > 0) {
    const double share = std::clamp(*collector.duration / longest, 0.0, 1.0);
    out.markup("<i style=\"width:")
        .markup(std::to_string(std::lround(share * 100)))
        .markup("%\"></i>");
  }
  out.markup("</td></tr>\n");
}

// Those that gave samples or should have, what needs a look first.
void writeTable(Page& out, const Collectors& collectors) {
  if (countOf(collectors, CollectorHealth::kFailed) == 0 &&
      countOf(collectors, CollectorHealth::kGood) == 0) {
    return;
  }
  out.markup("<table>\n<tr><th>Name</th><th>State</th><th class=\"number\">Duration</th>")
      .markup("<th class=\"bar\"></th></tr>\n");
  const Seconds longest = longestGood(collectors);
  for (const CollectorHealth health : {CollectorHealth::kFailed, CollectorHealth::kGood}) {
    for (const auto& collector : collectors) {
      if (collector.health == health) writeRow(out, collector, longest);
    }
  }
  out.markup("</table>\n");
}

// The names of those that fared alike, in one place that can be folded.
void writeNames(Page& out, const Collectors& collectors, CollectorHealth health,
                std::string_view what) {
  const std::size_t count = countOf(collectors, health);
  if (count == 0) return;
  out.markup(count == collectors.size() ? "<details open>" : "<details>");
  out.markup("<summary>").markup(what).markup(" · " + std::to_string(count));
  out.markup("</summary><ul class=\"names\">");
  for (const auto& collector : collectors) {
    if (collector.health == health) out.markup("<li>").text(collector.name).markup("</li>");
  }
  out.markup("</ul></details>\n");
}

void writeCollectors(Page& out, const Collectors& collectors) {
  if (collectors.empty()) return;
  const std::size_t failed = countOf(collectors, CollectorHealth::kFailed);
  const std::size_t good = countOf(collectors, CollectorHealth::kGood);
  out.markup("<section>\n<header><h2>Collectors</h2><p>")
      .markup(std::to_string(collectors.size()) + " switched on");
  if (good > 0) out.markup(" · " + std::to_string(good) + " ok");
  if (failed > 0) {
    out.markup(" · <strong>" + std::to_string(failed) + " failed</strong>");
  }
  const bool anyRan = countOf(collectors, CollectorHealth::kNotRunYet) < collectors.size();
  out.markup(anyRan ? " · as of the last scrape</p></header>\n" : "</p></header>\n");
  writeTable(out, collectors);
  writeNames(out, collectors, CollectorHealth::kNoData, "Nothing to read on this host");
  writeNames(out, collectors, CollectorHealth::kNotRunYet, "Not run yet, a scrape runs them");
  out.markup("</section>\n");
}

// ":10190" of "host:10190" and of "[::1]:10190"; empty if there is none.
std::string_view portOf(std::string_view target) {
  const std::size_t bracket = target.rfind(']');
  const std::size_t colon = target.find(':', bracket == std::string_view::npos ? 0 : bracket);
  return colon == std::string_view::npos ? "" : target.substr(colon);
}

// A record of a session, as one command for a shell on the host itself: others are refused.
void writeRecording(Page& out, std::string_view path, std::string_view target) {
  out.markup("<section>\n<header><h2>Record</h2><p>from this host: sessions, tokens, latencies, ")
      .markup("tool calls, errors, budgets</p></header>\n<pre>curl http://localhost")
      .text(portOf(target))
      .text(path)
      .markup(" \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"records\": [\n")
      .markup("    {\"type\": \"session_start\", \"orchestrator_id\": \"orch-1\", ")
      .markup("\"session_type\": \"chat\"}\n  ]}'</pre>\n</section>\n");
}

void writeConfiguration(Page& out, std::string_view path, std::string_view target) {
  out.markup("<section>\n<header><h2>Scrape it</h2><p>for prometheus.yml</p></header>\n<pre>")
      .markup("scrape_configs:\n  - job_name: node\n");
  if (path != "/metrics") out.markup("    metrics_path: ").text(path).markup("\n");
  out.markup("    static_configs:\n      - targets: [\"").text(target);
  out.markup("\"]</pre>\n</section>\n");
}

}  // namespace

std::string renderLandingPage(const LandingPage& page, std::string_view target) {
  Page out;
  writeHead(out, page);
  writeLinks(out, page.links);
  writeCollectors(out, page.collectors);
  if (!target.empty() && !page.links.empty()) {
    writeConfiguration(out, page.links.front().path, target);
  }
  if (!target.empty() && !page.recordsPath.empty()) writeRecording(out, page.recordsPath, target);
  out.markup("</main>\n</body>\n</html>\n");
  return out.take();
}

Endpoint landingPageEndpoint(std::function<LandingPage()> describe) {
  return [describe = std::move(describe)](const Request& request) {
    Response response;
    response.contentType = "text/html; charset=utf-8";
    response.headers = {{"Content-Security-Policy", kContentSecurityPolicy},
                        {"Referrer-Policy", "no-referrer"},
                        {"Cache-Control", "no-store"},
                        {"Vary", "Accept-Encoding"}};
    response.body = renderLandingPage(describe(), request.header("Host").value_or(""));
    response.compressible = true;
    return response;
  };
}

}  // namespace orchestrator_exporter::http
