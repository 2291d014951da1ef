// An HTTP server whose requests and queries are measured: GET /orders answers from a table that
// stands for a database, GET /metrics shows both.
// usage: measured_server [HOST:PORT]      default 127.0.0.1:10192; ends on SIGINT or SIGTERM
#include <orchestrator_exporter/http/endpoints/metrics_endpoint.h>
#include <orchestrator_exporter/http/server/request_metrics.h>
#include <orchestrator_exporter/http/server/server.h>
#include <orchestrator_exporter/metrics.h>

#include <csignal>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace http = orchestrator_exporter::http;

namespace {

const std::map<std::string, std::string> kOrders = {{"1", "a book\n"}, {"2", "two pens\n"}};

// GET /orders?id=1
http::Endpoint ordersEndpoint(orchestrator_exporter::DatabaseMetrics& database) {
  return [&database](const http::Request& request) {
    const auto ids = request.values("id");
    if (ids.size() != 1) throw http::HttpError(400, "expected one id");
    const auto found =
        database.query("select", "orders", [&] { return kOrders.find(std::string(ids[0])); });
    if (found == kOrders.end()) throw http::HttpError(404, "no such order");
    return http::Response{.body = found->second};
  };
}

// Until SIGINT or SIGTERM. Throws for an address that it cannot listen on.
void serve(const std::string& address) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  orchestrator_exporter::MetricsRegistry registry;
  orchestrator_exporter::DatabaseMetrics database(registry, "shop");

  http::Router router;
  router.add("GET", "/orders", ordersEndpoint(database));
  router.add("GET", "/metrics",
             http::metricsEndpoint([&](const http::ScrapeRequest&,
                                       orchestrator_exporter::Sink& out) { registry.collect(out); },
                                   std::make_shared<http::ScrapeStatistics>()));
  http::ServerOptions options;
  options.listenAddresses = {address};
  options.answered =
      http::recordRequests(std::make_shared<orchestrator_exporter::HttpRequestMetrics>(registry));
  http::Server server(std::move(options), std::move(router));
  std::cout << "serving http://" << server.addresses().front() << "/orders?id=1" << std::endl;

  int signal = 0;
  sigwait(&signals, &signal);
  server.stop();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string address = argc > 1 ? argv[1] : "127.0.0.1:10192";
  try {
    if (argc > 2) throw std::invalid_argument("expected one address");
    serve(address);
  } catch (const std::exception& error) {
    std::cerr << "measured_server: " << error.what() << "\nusage: measured_server [HOST:PORT]\n";
    return 2;
  }
}
