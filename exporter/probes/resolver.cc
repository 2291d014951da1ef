#include "exporter/probes/resolver.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "exporter/probes/dns_exchange.h"
#include "http/server/watched_file.h"
#include "metrics/base/number_parse.h"
#include "metrics/base/words.h"

namespace orchestrator_exporter::probes {

namespace {

constexpr std::uint16_t kTypeA = 1;
constexpr std::uint16_t kTypeAaaa = 28;
constexpr std::uint16_t kNoSuchName = 3;

std::string inSmallLetters(std::string_view name) {
  std::string small(name);
  for (char& c : small) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  return small;
}

template <typename Take>
void forEachLine(std::string_view text, const Take& take) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    take(text.substr(0, std::min(text.find_first_of("#;"), end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void setOption(ResolverSettings& settings, std::string_view option) {
  const std::size_t colon = option.find(':');
  if (colon == std::string_view::npos) return;
  const auto value = parseUnsigned(option.substr(colon + 1));
  if (!value || *value > 30) return;
  const std::string_view name = option.substr(0, colon);
  if (name == "ndots") settings.dots = static_cast<std::size_t>(*value);
  if (name == "timeout" && *value > 0) settings.timeout = std::chrono::seconds(*value);
  if (name == "attempts" && *value > 0) settings.attempts = static_cast<int>(*value);
}

std::string contentOf(const char* path) {
  try {
    return http::readConfiguration(path);
  } catch (const std::runtime_error&) {
    return {};  // a host may have none
  }
}

// Follows no chain of names: a server that resolves for others gives the addresses with it.
std::vector<IpAddress> addressesIn(const DnsAnswer& answer) {
  std::vector<IpAddress> addresses;
  for (const DnsRecord& record : answer.answers) {
    const bool isAddress = (record.type == kTypeA && record.data.size() == 4) ||
                           (record.type == kTypeAaaa && record.data.size() == 16);
    if (isAddress) addresses.push_back(IpAddress::ofBytes(record.data));
  }
  return addresses;
}

class Lookup {
 public:
  Lookup(const ResolverSettings& settings, Waiting& waiting)
      : settings_(settings), waiting_(waiting) {}

  // Of one type; empty if the name has none.
  std::vector<IpAddress> ask(const std::string& name, std::uint16_t type) {
    const DnsQuestion question{.name = name, .type = type};
    std::string reason = "no DNS server answers";
    for (int attempt = 0; attempt < settings_.attempts; ++attempt) {
      for (const ResolverSettings::Server& server : settings_.servers) {
        try {
          const DnsAnswer answer = askServer(question, server);
          if (answer.code == 0 || answer.code == kNoSuchName) return addressesIn(answer);
          reason = "the DNS server answers with code " + std::to_string(answer.code);
        } catch (const ProbeFailure& failure) {
          reason = failure.what();
          if (std::chrono::steady_clock::now() >= waiting_.deadline() ||
              waiting_.stop().stop_requested()) {
            throw;
          }
        }
      }
    }
    throw ProbeFailure("cannot look up " + name + ": " + reason);
  }

 private:
  DnsAnswer askServer(const DnsQuestion& question, const ResolverSettings::Server& server) {
    const auto until = std::chrono::steady_clock::now() + settings_.timeout;
    DnsAnswer answer = askByUdp(question, server.address, server.port, "", waiting_, until);
    if (!answer.isTruncated) return answer;
    Stream stream(server.address, server.port, "", waiting_);
    return askByStream(question, stream);
  }

  const ResolverSettings& settings_;
  Waiting& waiting_;
};

// The whole names that a name may stand for, the likeliest first.
std::vector<std::string> candidatesOf(const std::string& name, const ResolverSettings& settings) {
  if (name.ends_with('.')) return {name};
  std::vector<std::string> candidates;
  for (const std::string& domain : settings.searched) candidates.push_back(name + "." + domain);
  const auto dots = static_cast<std::size_t>(std::count(name.begin(), name.end(), '.'));
  candidates.insert(dots >= settings.dots ? candidates.begin() : candidates.end(), name + ".");
  return candidates;
}

}  // namespace

ResolverSettings parseResolverSettings(std::string_view resolvConf, std::string_view hosts) {
  ResolverSettings settings;
  forEachLine(resolvConf, [&](std::string_view line) {
    const std::string_view word = takeWord(line);
    if (word == "nameserver") {
      if (const auto address = IpAddress::parse(takeWord(line))) {
        settings.servers.push_back({*address});
      }
    } else if (word == "search" || word == "domain") {
      settings.searched.clear();
      for (auto domain = takeWord(line); !domain.empty(); domain = takeWord(line)) {
        if (domain != ".") settings.searched.emplace_back(domain);
      }
    } else if (word == "options") {
      for (auto option = takeWord(line); !option.empty(); option = takeWord(line)) {
        setOption(settings, option);
      }
    }
  });
  if (settings.servers.empty()) settings.servers.push_back({*IpAddress::parse("127.0.0.1")});
  forEachLine(hosts, [&](std::string_view line) {
    const auto address = IpAddress::parse(takeWord(line));
    if (!address) return;
    for (auto name = takeWord(line); !name.empty(); name = takeWord(line)) {
      settings.table.emplace(inSmallLetters(name), *address);
    }
  });
  return settings;
}

ResolverSettings hostResolverSettings() {
  return parseResolverSettings(contentOf("/etc/resolv.conf"), contentOf("/etc/hosts"));
}

std::vector<IpAddress> resolve(const std::string& name, bool wantsIpv4, bool wantsIpv6,
                               const ResolverSettings& settings, Waiting& waiting) {
  const auto isWanted = [&](const IpAddress& address) {
    return address.isIpv6() ? wantsIpv6 : wantsIpv4;
  };
  std::vector<IpAddress> found;
  std::string plain = inSmallLetters(name);
  if (plain.ends_with('.')) plain.pop_back();
  const auto [first, last] = settings.table.equal_range(plain);
  for (auto at = first; at != last; ++at) {
    if (isWanted(at->second)) found.push_back(at->second);
  }
  if (!found.empty()) return found;
  Lookup lookup(settings, waiting);
  for (const std::string& candidate : candidatesOf(name, settings)) {
    for (const std::uint16_t type : {kTypeA, kTypeAaaa}) {
      if (!(type == kTypeA ? wantsIpv4 : wantsIpv6)) continue;
      const std::vector<IpAddress> addresses = lookup.ask(candidate, type);
      found.insert(found.end(), addresses.begin(), addresses.end());
    }
    if (!found.empty()) return found;
  }
  throw ProbeFailure("there is no address of " + name);
}

}  // namespace orchestrator_exporter::probes
