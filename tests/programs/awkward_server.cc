// Serves a registry full of awkward names, values, help texts and bounds, for checkers of
// expositions. usage: awkward_server LISTEN_ADDRESS [utf8]      with names that not all formats can
// spell, on request; ends on SIGINT or SIGTERM
#include <csignal>
#include <iostream>
#include <limits>
#include <string>

#include "http/endpoints/metrics_endpoint.h"
#include "http/server/server.h"
#include "metrics/registry/metrics_registry.h"

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void giveUtf8Names(orchestrator_exporter::Sink& out) {
  out.gauge("http.server.size", "A name that needs quotes or escapes.").add(1, {{"a.b", "c"}});
  out.gauge("\xC3\xA4\xE2\x82\xAC", "A name beyond ASCII.").add(1, {{"\xC3\xA4", "\xE2\x82\xAC"}});
  out.gauge("1leading_digit", "A digit first.").add(1);
  out.gauge("escaped_by_dots.and_underscores", "Both in one name.").add(1);
}

void giveNames(orchestrator_exporter::Sink& out) {
  out.gauge("with:colon", "A colon inside.").add(1);
  out.counter("no_suffix", "A counter without the suffix of one.").add(1);
  out.counter("clash_total", "A counter whose family has a gauge's name.").add(1);
  out.gauge("clash", "That gauge.").add(1);
  out.info("target_info", "An info.").add(1, {{"os", "linux"}});
  out.stateSet("breaker", "A state set.").add(1, {{"breaker", "open"}});
  out.stateSet("breaker", "A state set.").add(0, {{"breaker", "closed"}});
}

void giveTexts(orchestrator_exporter::Sink& out) {
  out.gauge("help_lines", "Several\nlines, \"quotes\", a \\ and\ta tab\r\n").add(1);
  out.gauge("help_empty", "").add(1);
  out.gauge("help_not_utf8", "\xFF\xFE").add(1);
  const std::string nul("a\0b", 3);
  int i = 0;
  for (const std::string& value :
       {std::string("\"quoted\""), std::string("a\\b"), std::string("two\nlines"),
        std::string("\xFF"), nul, std::string("} 1 # {"), std::string("\r"),
        std::string(5000, 'x')}) {
    out.gauge("label_values", "Values that need escapes.")
        .add(i++, {{"value", value}, {"index", std::to_string(i)}});
  }
  out.gauge("label_order", "Labels that come unsorted.")
      .add(1, {{"z", "1"}, {"a", "2"}, {"m", "3"}});
}

void giveNumbers(orchestrator_exporter::Sink& out) {
  int i = 0;
  for (const double value :
       {0.1 + 0.2, 1e300, 5e-324, -0.0, 9007199254740993.0, kInfinity, -kInfinity,
        std::numeric_limits<double>::quiet_NaN(), 1e6, 123456789.0, 1e-7}) {
    out.gauge("numbers", "Numbers of every kind.").add(value, {{"index", std::to_string(i++)}});
  }
}

void giveDistributions(orchestrator_exporter::Sink& out) {
  const orchestrator_exporter::Bucket usual[] = {{1e-7, 0}, {0.005, 1}, {1, 2},
                                                 {1e6, 3},  {2.5e7, 3}, {kInfinity, 4}};
  out.histogram("bounds", "Bounds of every size.").add({.buckets = usual, .count = 4, .sum = 1e7});
  const orchestrator_exporter::Bucket negative[] = {{-10, 1}, {-0.5, 2}, {0, 2}, {10, 3}};
  out.histogram("temperature_celsius", "Bounds below zero.", "celsius")
      .add({.buckets = negative, .count = 3, .sum = -4.5}, {{"place", "outside"}});
  out.histogram("no_buckets", "Only the infinite bucket.").add({.count = 2, .sum = 3});
  const orchestrator_exporter::Label trace[] = {{"trace_id", "0af7651916cd43dd8448eb211c80319c"}};
  const orchestrator_exporter::Exemplar exemplar{trace, 0.5, 1.7e9};
  const orchestrator_exporter::Bucket withExemplar[] = {{1, 1, &exemplar}};
  out.histogram("with_exemplar", "A bucket with an exemplar.")
      .add({.buckets = withExemplar, .count = 1, .sum = 0.5, .created = 1.7e9});
  const orchestrator_exporter::Quantile quantiles[] = {{0.5, 1}, {0.999, 2}};
  out.summary("latency_seconds", "A summary.", "seconds")
      .add({.quantiles = quantiles, .count = 2, .sum = 3});
  const orchestrator_exporter::Quantile below[] = {{0.5, -1}};
  out.summary("drift", "A summary of values below zero.")
      .add({.quantiles = below, .count = 1, .sum = -1});
}

}  // namespace

int main(int argc, char** argv) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const bool utf8 = argc > 2 && std::string_view(argv[2]) == "utf8";
  orchestrator_exporter::http::Router router;
  router.add("GET", "/metrics",
             orchestrator_exporter::http::metricsEndpoint(
                 [utf8](const orchestrator_exporter::http::ScrapeRequest&,
                        orchestrator_exporter::Sink& out) {
                   if (utf8) giveUtf8Names(out);
                   giveNames(out);
                   giveTexts(out);
                   giveNumbers(out);
                   giveDistributions(out);
                 },
                 std::make_shared<orchestrator_exporter::http::ScrapeStatistics>(),
                 {.nativeHistograms = true}));
  orchestrator_exporter::http::ServerOptions options;
  options.listenAddresses = {argc > 1 ? argv[1] : "127.0.0.1:0"};
  orchestrator_exporter::http::Server server(std::move(options), std::move(router));
  std::cout << "serving http://" << server.addresses().front() << "/metrics" << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  server.stop();
}
