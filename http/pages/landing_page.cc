#include "http/pages/landing_page.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
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

struct HealthWords {
  std::string_view styleClass;
  std::string_view text;
};

HealthWords wordsFor(CollectorHealth health) {
  switch (health) {
    case CollectorHealth::kGood:
      return {"good", "ok"};
    case CollectorHealth::kNoData:
      return {"none", "nothing to read here"};
    case CollectorHealth::kFailed:
      return {"failed", "failed"};
    case CollectorHealth::kNotRunYet:
      break;
  }
  return {"none", "not run yet"};
}

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

// What the bars are measured against: one that hung would make all others vanish.
Seconds longestGood(const std::vector<LandingPage::Collector>& collectors) {
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
      .markup("</p>\n<ul class=\"facts\"><li>host <b>")
      .text(page.hostName)
      .markup("</b></li><li>version <b>")
      .text(page.version)
      .markup("</b></li></ul>\n");
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

void writeCollector(Page& out, const LandingPage::Collector& collector, Seconds longest) {
  const HealthWords words = wordsFor(collector.health);
  out.markup("<tr class=\"").markup(words.styleClass).markup("\"><td><span class=\"dot\"></span>");
  out.text(collector.name).markup("</td><td class=\"state\">").markup(words.text);
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

void writeCollectors(Page& out, const std::vector<LandingPage::Collector>& collectors) {
  if (collectors.empty()) return;
  const auto count = [&collectors](CollectorHealth health) {
    return std::to_string(
        std::count_if(collectors.begin(), collectors.end(),
                      [health](const auto& one) { return one.health == health; }));
  };
  out.markup("<section>\n<header><h2>Collectors</h2><p>")
      .markup(std::to_string(collectors.size()) + " switched on · ")
      .markup(count(CollectorHealth::kGood) + " ok · ")
      .markup(count(CollectorHealth::kFailed) + " failed, as of the last scrape</p></header>\n")
      .markup("<table>\n<tr><th>Name</th><th>State</th><th class=\"number\">Duration</th>")
      .markup("<th class=\"bar\"></th></tr>\n");
  const Seconds longest = longestGood(collectors);
  for (const auto& collector : collectors) writeCollector(out, collector, longest);
  out.markup("</table>\n</section>\n");
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
