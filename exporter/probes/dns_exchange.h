#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "exporter/probes/dns_message.h"
#include "exporter/probes/ip_address.h"
#include "exporter/probes/stream.h"
#include "exporter/probes/waiting.h"

namespace orchestrator_exporter::probes {

// Asks a server by UDP, and waits for what answers the question until `until` or the deadline,
// whichever is earlier. Throws ProbeFailure.
DnsAnswer askByUdp(const DnsQuestion& question, const IpAddress& server, std::uint16_t port,
                   const std::string& source, Waiting& waiting, Waiting::Time until);

// The same over a connection.
DnsAnswer askByStream(const DnsQuestion& question, Stream& stream);

}  // namespace orchestrator_exporter::probes
