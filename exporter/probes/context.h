#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <type_traits>

#include "exporter/probes/probe.h"
#include "http/security/tls/facts.h"

namespace orchestrator_exporter::probes {

// What a prober works with. For one probe.
struct ProbeContext {
  const ProbeRequest& request;
  const Surroundings& surroundings;
  Sink& out;
  Waiting waiting;
  std::uint64_t bytes = 0;  // that the target answered with so far

  // Tells what happens: a line, or what gives one, which is called only if somebody listens.
  template <typename Line>
  void trace(const Line& line) const {
    if (!request.trace) return;
    if constexpr (std::is_invocable_v<Line>) {
      request.trace(line());
    } else {
      request.trace(line);
    }
  }
};

// Each returns whether the target is as the settings say, and throws ProbeFailure if it could not
// be asked.
bool probeHttp(const HttpSettings& settings, ProbeContext& context);
bool probeTcp(const TcpSettings& settings, ProbeContext& context);
bool probeIcmp(const IcmpSettings& settings, ProbeContext& context);
bool probeDns(const DnsSettings& settings, ProbeContext& context);

// The seconds since it was made.
class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// "host:port", "[::1]:port" or a host alone, which gets the port `otherwise`. Throws ProbeFailure.
struct HostPort {
  std::string host;
  std::uint16_t port;
};
HostPort splitTarget(const std::string& target, std::uint16_t otherwise);

// The address of a host that is to be asked. Throws ProbeFailure if there is none or if its network
// is denied.
IpAddress addressOf(const std::string& host, const AddressSettings& settings,
                    ProbeContext& context);

// The same, with the families of the lookup, whether there is an address or not.
IpAddress lookUp(const std::string& host, const AddressSettings& settings, ProbeContext& context);

// The families of a TLS session that all probers have.
void giveTlsFacts(const http::TlsFacts& facts, Sink& out);

}  // namespace orchestrator_exporter::probes
