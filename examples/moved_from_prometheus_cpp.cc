// A program written for prometheus-cpp, after the two lines that move it to this library's server
// and writers. Its registry, families and metrics are prometheus-cpp's as before.
// usage: moved_from_prometheus_cpp [HOST:PORT]      default 127.0.0.1:10193; ends on SIGINT or
// SIGTERM
#include <orchestrator_exporter/http/exposer.h>  // was: #include <prometheus/exposer.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <csignal>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

// Until SIGINT or SIGTERM. Throws for an address that it cannot listen on.
void serve(const std::string& address) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  orchestrator_exporter::http::Exposer exposer{
      address};  // was: prometheus::Exposer exposer{address};

  auto registry = std::make_shared<prometheus::Registry>();
  auto& packets = prometheus::BuildCounter()
                      .Name("observed_packets_total")
                      .Help("Number of observed packets")
                      .Register(*registry);
  packets.Add({{"protocol", "tcp"}, {"direction", "rx"}}).Increment(3);
  packets.Add({{"protocol", "udp"}, {"direction", "tx"}}).Increment();
  exposer.RegisterCollectable(registry);
  std::cout << "serving port " << exposer.GetListeningPorts().front() << std::endl;

  int signal = 0;
  sigwait(&signals, &signal);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string address = argc > 1 ? argv[1] : "127.0.0.1:10193";
  try {
    if (argc > 2) throw std::invalid_argument("expected one address");
    serve(address);
  } catch (const std::exception& error) {
    std::cerr << "moved_from_prometheus_cpp: " << error.what()
              << "\nusage: moved_from_prometheus_cpp [HOST:PORT]\n";
    return 2;
  }
}
