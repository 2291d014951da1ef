#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/probes/ip_address.h"

namespace orchestrator_exporter::probes {

// Messages of the DNS (RFC 1035, section 4; names of types by IANA's registry).

struct DnsQuestion {
  std::string name = {};  // with or without the dot at its end
  std::uint16_t type = 1;
  std::uint16_t klass = 1;
  bool recursionDesired = true;
};

struct DnsRecord {
  std::string name = {};  // with the dot at its end, as in zone files
  std::uint16_t type = 0;
  std::uint16_t klass = 0;
  std::uint32_t ttl = 0;
  std::string data = {};  // as it came; names in it may point into the message
  std::string zone = {};  // the data as zone files write it

  // "example.org.\t300\tIN\tA\t192.0.2.1"
  std::string text() const;
};

struct DnsAnswer {
  std::uint16_t code = 0;
  bool isTruncated = false;
  std::vector<DnsRecord> answers = {};
  std::vector<DnsRecord> authorities = {};
  std::vector<DnsRecord> additionals = {};
};

// Throws ProbeFailure for a name that is too long or has an empty part.
std::string encodeQuestion(const DnsQuestion& question, std::uint16_t id);

// What answers the question; nullopt for a message of another id, of another question or that is no
// answer. Throws ProbeFailure for one that makes no sense.
std::optional<DnsAnswer> decodeAnswer(std::string_view message, const DnsQuestion& question,
                                      std::uint16_t id);

// "A" is 1, "TYPE65535" is 65535; nullopt for a word that is no type. In capital letters.
std::optional<std::uint16_t> dnsType(std::string_view word);
// "IN", "CH", "HS", "NONE", "ANY" likewise.
std::optional<std::uint16_t> dnsClass(std::string_view word);
// "NOERROR", "NXDOMAIN" and so on likewise.
std::optional<std::uint16_t> dnsCode(std::string_view word);

// The serial of a SOA record; nullopt for any other.
std::optional<std::uint32_t> serialOf(const DnsRecord& record);

}  // namespace orchestrator_exporter::probes
