#include "exporter/probes/context.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::probes {

namespace {

// FNV-1a of 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/).
std::uint32_t hashOf(std::string_view bytes) {
  std::uint32_t hash = 2166136261U;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

std::optional<IpAddress> firstOf(const std::vector<IpAddress>& addresses, bool isIpv6) {
  const auto found =
      std::find_if(addresses.begin(), addresses.end(),
                   [&](const IpAddress& address) { return address.isIpv6() == isIpv6; });
  return found == addresses.end() ? std::nullopt : std::optional(*found);
}

std::vector<IpAddress> candidatesOf(const std::string& host, const AddressSettings& settings,
                                    ProbeContext& context) {
  if (const auto literal = IpAddress::parse(host)) return {*literal};
  return resolve(host, settings.takesOther || !settings.prefersIpv6,
                 settings.takesOther || settings.prefersIpv6, context.surroundings.resolver(),
                 context.waiting);
}

}  // namespace

HostPort splitTarget(const std::string& target, std::uint16_t otherwise) {
  std::string_view host = target;
  std::string_view port;
  const std::size_t colon = target.rfind(':');
  const bool isBracketed = target.starts_with('[');
  const std::size_t bracket = target.find(']');
  if (isBracketed) {
    if (bracket == std::string::npos) throw ProbeFailure("expected ']' in the target");
    host = std::string_view(target).substr(1, bracket - 1);
    const std::string_view rest = std::string_view(target).substr(bracket + 1);
    if (!rest.empty() && rest.front() != ':') throw ProbeFailure("expected host:port");
    if (!rest.empty()) port = rest.substr(1);
  } else if (colon != std::string::npos && target.find(':') == colon) {
    host = std::string_view(target).substr(0, colon);
    port = std::string_view(target).substr(colon + 1);
  }
  if (port.empty()) {
    if (otherwise == 0) throw ProbeFailure("expected host:port, got '" + target + "'");
    return {std::string(host), otherwise};
  }
  const auto number = parseUnsigned(port);
  if (!number || *number > UINT16_MAX) {
    throw ProbeFailure("expected a port, got '" + std::string(port) + "'");
  }
  return {std::string(host), static_cast<std::uint16_t>(*number)};
}

IpAddress addressOf(const std::string& host, const AddressSettings& settings,
                    ProbeContext& context) {
  const auto candidates = candidatesOf(host, settings, context);
  auto chosen = firstOf(candidates, settings.prefersIpv6);
  if (!chosen && settings.takesOther) chosen = firstOf(candidates, !settings.prefersIpv6);
  if (!chosen) {
    throw ProbeFailure(host + " has no address of IPv" + (settings.prefersIpv6 ? "6" : "4"));
  }
  if (context.surroundings.denied.have(*chosen)) {
    throw ProbeFailure(chosen->text() + " is in a network that must not be asked");
  }
  return *chosen;
}

IpAddress lookUp(const std::string& host, const AddressSettings& settings, ProbeContext& context) {
  const Stopwatch watch;
  const auto give = [&](double protocol, double hash) {
    context.out
        .gauge("probe_dns_lookup_time_seconds", "How long it took to find the target's address.")
        .add(watch.seconds());
    context.out.gauge("probe_ip_protocol", "The version of IP that the target was asked by.")
        .add(protocol);
    context.out
        .gauge("probe_ip_addr_hash", "A hash of the target's address, to notice that it changes.")
        .add(hash);
  };
  try {
    const IpAddress address = addressOf(host, settings, context);
    give(address.isIpv6() ? 6 : 4, hashOf(address.bytes()));
    context.trace([&] { return host + " has the address " + address.text(); });
    return address;
  } catch (const ProbeFailure&) {
    give(0, 0);
    throw;
  }
}

void giveTlsFacts(const http::TlsFacts& facts, Sink& out) {
  // What blackbox_exporter says if no chain was verified: the first second of the year 1.
  constexpr double kNoTime = -62135596800;
  out.gauge("probe_ssl_earliest_cert_expiry",
            "When the first certificate that the target showed expires, in Unix seconds.")
      .add(facts.earliestExpiry);
  out.gauge("probe_ssl_last_chain_expiry_timestamp_seconds",
            "When the chain that proves the target's certificate expires, in Unix seconds.")
      .add(facts.chainExpiry.value_or(kNoTime));
  out.gauge("probe_ssl_last_chain_info", "The target's certificate.")
      .add(1, {{"fingerprint_sha256", facts.fingerprint},
               {"subject", facts.subject},
               {"issuer", facts.issuer},
               {"subjectalternative", facts.alternatives},
               {"serialnumber", facts.serial}});
  out.gauge("probe_tls_version_info", "The version of TLS that was agreed on.")
      .add(1, {{"version", facts.version}});
}

}  // namespace orchestrator_exporter::probes
