// What recording every request costs a server: one that records and one that does not answer the
// same small requests in turns, in one process. Also the single calls of the families that are
// recorded to by label values.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "http/server/request_metrics.h"
#include "metrics/base/process/thread_cpu_clock.h"
#include "metrics/instruments/database_metrics.h"
#include "metrics/instruments/process_metrics.h"

namespace {

using orchestrator_exporter::MetricsRegistry;
using orchestrator_exporter::http::Request;
using orchestrator_exporter::http::Response;
using orchestrator_exporter::http::Server;
using std::chrono::nanoseconds;

Server makeServer(
    std::function<void(const orchestrator_exporter::http::AnsweredRequest&)> answered) {
  orchestrator_exporter::http::Router router;
  router.add("GET", "/", [](const Request&) { return Response{.body = "hello\n"}; });
  orchestrator_exporter::http::ServerOptions options;
  options.listenAddresses = {"127.0.0.1:0"};
  options.workers = 2;
  options.answered = std::move(answered);
  return Server(std::move(options), std::move(router));
}

// One kept connection.
class Client {
 public:
  explicit Client(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect");
    }
  }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void get() {
    constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    if (write(socket_, kRequest.data(), kRequest.size()) != std::ssize(kRequest)) fail();
    std::array<char, 2048> buffer;
    std::size_t size = 0;
    while (!std::string_view(buffer.data(), size).ends_with("hello\n")) {
      const ssize_t got = read(socket_, buffer.data() + size, buffer.size() - size);
      if (got <= 0) fail();
      size += static_cast<std::size_t>(got);
    }
  }

 private:
  [[noreturn]] static void fail() { throw std::runtime_error("the server is gone"); }

  int socket_;
};

nanoseconds processCpu() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

// Nanoseconds of CPU for each request.
struct PerRequest {
  double server = 0;  // the process's less the client's thread
  double both = 0;
};

PerRequest measure(Client& client, int requests) {
  const auto process = processCpu();
  const auto thread = orchestrator_exporter::ThreadCpuClock::now();
  for (int i = 0; i < requests; ++i) client.get();
  const auto own = orchestrator_exporter::ThreadCpuClock::now() - thread;
  const auto both = processCpu() - process;
  return {static_cast<double>((both - own).count()) / requests,
          static_cast<double>(both.count()) / requests};
}

// Client and servers take turns on one CPU: what a request costs would else depend on where the
// kernel puts them more than on anything that is done.
void stayOnOneCpu() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  sched_setaffinity(0, sizeof one, &one);
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + std::ssize(values) / 2, values.end());
  return values[values.size() / 2];
}

void middlewareOverhead(benchmark::State& state) {
  cpu_set_t before;
  sched_getaffinity(0, sizeof before, &before);
  stayOnOneCpu();
  MetricsRegistry registry;
  const auto metrics = std::make_shared<orchestrator_exporter::HttpRequestMetrics>(registry);
  Server plain = makeServer({});
  Server measured = makeServer(orchestrator_exporter::http::recordRequests(metrics));
  Client toPlain(plain.ports().at(0));
  Client toMeasured(measured.ports().at(0));
  constexpr int kRequests = 100;
  std::vector<double> server;
  std::vector<double> both;
  std::vector<double> ofServer;
  std::vector<double> ofBoth;
  for (auto _ : state) {
    // In turns, and either first, so that what else the machine does meets both.
    const PerRequest a = measure(toPlain, kRequests);
    const PerRequest b = measure(toMeasured, kRequests);
    const PerRequest c = measure(toMeasured, kRequests);
    const PerRequest d = measure(toPlain, kRequests);
    server.push_back(a.server);
    both.push_back(a.both);
    ofServer.push_back((b.server + c.server) / (a.server + d.server));
    ofBoth.push_back((b.both + c.both) / (a.both + d.both));
  }
  sched_setaffinity(0, sizeof before, &before);
  state.counters["server_ns"] = median(server);
  state.counters["client_and_server_ns"] = median(both);
  state.counters["overhead_of_server_percent"] = 100 * (median(ofServer) - 1);
  state.counters["overhead_percent"] = 100 * (median(ofBoth) - 1);
}
BENCHMARK(middlewareOverhead)->Iterations(400)->Unit(benchmark::kMillisecond);

void recordRequest(benchmark::State& state) {
  MetricsRegistry registry;
  const orchestrator_exporter::HttpRequestMetrics metrics(registry);
  for (auto _ : state) metrics.record("GET", "/orders", 200, std::chrono::microseconds(300));
}
BENCHMARK(recordRequest);

void recordMessage(benchmark::State& state) {
  MetricsRegistry registry;
  orchestrator_exporter::ProcessMetrics metrics(registry);
  for (auto _ : state) metrics.recordMessage("parser", "in", std::chrono::microseconds(300));
}
BENCHMARK(recordMessage);

// Argument: one query in so many is timed.
void query(benchmark::State& state) {
  MetricsRegistry registry;
  orchestrator_exporter::DatabaseMetrics metrics(
      registry, "shop", {.samplingRate = 1 / static_cast<double>(state.range(0))});
  for (auto _ : state) metrics.query("select", "orders", [] {});
}
BENCHMARK(query)->ArgName("one_in")->Arg(1)->Arg(100);

}  // namespace
