// Simulates two orchestrators that run agent sessions, records what they do, and serves it.
// usage: simulated_orchestrators [HOST:PORT]      default 127.0.0.1:10191; ends on SIGINT or
// SIGTERM
#include <orchestrator_exporter/http/endpoints/metrics_endpoint.h>
#include <orchestrator_exporter/http/server/server.h>
#include <orchestrator_exporter/metrics.h>

#include <cmath>
#include <csignal>
#include <iostream>
#include <random>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;

// One orchestrator: starts sessions, asks a model, calls tools, delegates to its peer, and fails
// now and then, as real ones do.
class Orchestrator {
 public:
  Orchestrator(orchestrator_exporter::MetricsCollector& metrics, std::string name, std::string peer)
      : metrics_(metrics), name_(std::move(name)), peer_(std::move(peer)), chance_(name_.back()) {}

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      metrics_.recordSessionStart(name_, "claude-code");
      for (int turn = 0; turn < 5 && !stop.stop_requested(); ++turn) step();
      metrics_.recordSessionEnd(name_, "claude-code");
    }
  }

 private:
  void step() {
    try {
      metrics_.withMetrics([this] { askModel(); }, name_);
    } catch (const std::runtime_error&) {
      // withMetrics has recorded the error; the orchestrator goes on.
    }
    metrics_.recordToolInvocation(name_, oneIn(3) ? "bash" : "edit",
                                  oneIn(10) ? "error" : "success");
    if (oneIn(4)) metrics_.recordDelegation(name_, peer_, oneIn(8) ? "rejected" : "success");
    spent_ += 0.01;
    metrics_.updateBudgetUtilization(name_, "daily", spent_);
    metrics_.updateNodeLoad("node-" + name_, 0.2 + 0.6 * uniform_(chance_));
  }

  void askModel() {
    std::this_thread::sleep_for(20ms + 180ms * uniform_(chance_));
    if (oneIn(20)) throw std::runtime_error("the model is overloaded");
    metrics_.recordTokenUsage(name_, oneIn(2) ? "claude-sonnet-3.5" : "claude-haiku-3.5",
                              std::floor(200 + 1800 * uniform_(chance_)));
  }

  bool oneIn(int times) { return uniform_(chance_) * times < 1; }

  orchestrator_exporter::MetricsCollector& metrics_;
  const std::string name_;
  const std::string peer_;
  std::mt19937 chance_;
  std::uniform_real_distribution<double> uniform_;
  double spent_ = 0;  // percent of the day's budget
};

// Until SIGINT or SIGTERM. Throws for an address that it cannot listen on.
void serve(const std::string& address) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  orchestrator_exporter::MetricsRegistry registry;
  orchestrator_exporter::MetricsCollector collector(registry);

  orchestrator_exporter::http::Router router;
  router.add("GET", "/metrics",
             orchestrator_exporter::http::metricsEndpoint(
                 [&](const orchestrator_exporter::http::ScrapeRequest&,
                     orchestrator_exporter::Sink& out) { registry.collect(out); },
                 std::make_shared<orchestrator_exporter::http::ScrapeStatistics>()));
  orchestrator_exporter::http::ServerOptions options;
  options.listenAddresses = {address};
  orchestrator_exporter::http::Server server(std::move(options), std::move(router));
  std::cout << "serving http://" << server.addresses().front() << "/metrics" << std::endl;

  Orchestrator first(collector, "orch-1", "orch-2");
  Orchestrator second(collector, "orch-2", "orch-1");
  const std::jthread one([&](const std::stop_token& stop) { first.run(stop); });
  const std::jthread two([&](const std::stop_token& stop) { second.run(stop); });
  int signal = 0;
  sigwait(&signals, &signal);
  server.stop();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string address = argc > 1 ? argv[1] : "127.0.0.1:10191";
  try {
    if (argc > 2) throw std::invalid_argument("expected one address");
    serve(address);
  } catch (const std::exception& error) {
    std::cerr << "simulated_orchestrators: " << error.what()
              << "\nusage: simulated_orchestrators [HOST:PORT]\n";
    return 2;
  }
}
