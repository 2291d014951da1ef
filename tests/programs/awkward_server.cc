// Serves a registry full of awkward names, values, help texts and bounds, for checkers of
// expositions. usage: awkward_server LISTEN_ADDRESS [utf8]      on request with names that not all
// formats can spell, and such that stand in each other's way; ends on SIGINT or SIGTERM
#include <csignal>
#include <iostream>
#include <string>

#include "http/endpoints/metrics_endpoint.h"
#include "http/server/server.h"
#include "tests/support/awkward_families.h"

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
                   orchestrator_exporter::giveAwkwardFamilies(out);
                   if (!utf8) return;
                   orchestrator_exporter::giveUtf8Names(out);
                   orchestrator_exporter::giveCollidingNames(out);
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
