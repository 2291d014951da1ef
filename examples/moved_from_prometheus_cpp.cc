// A program written for prometheus-cpp, after the two lines that move it to this library's server
// and writers. Its registry, families and metrics are prometheus-cpp's as before.
// usage: moved_from_prometheus_cpp [BIND_ADDRESS]      default 127.0.0.1:10193; ends on SIGINT or
// SIGTERM
#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <csignal>
#include <iostream>
#include <memory>
#include <string>

#include <orchestrator_exporter/http/exposer.h>  // was: #include <prometheus/exposer.h>

int main(int argc, char** argv) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const std::string address = argc > 1 ? argv[1] : "127.0.0.1:10193";
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
