#include "http/ingest/browser/address_limits.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>

namespace orchestrator_exporter::http::browser {
namespace {

// After so long a limiter is as new: kOfOne's burst times its interval.
constexpr std::chrono::seconds kMemory{1};

// The network of an IPv6 address; all of any other.
std::string senderOf(std::string_view address) {
  constexpr std::size_t kNetworkBytes = 8;
  std::string sender(address);
  in6_addr bytes{};
  if (::inet_pton(AF_INET6, sender.c_str(), &bytes) != 1 || IN6_IS_ADDR_V4MAPPED(&bytes)) {
    return sender;
  }
  return {reinterpret_cast<const char*>(bytes.s6_addr), kNetworkBytes};
}

}  // namespace

bool AddressLimits::allow(std::string_view address, TimePoint now) {
  std::string sender = senderOf(address);
  const std::lock_guard lock(mutex_);
  auto place = senders_.find(sender);
  if (place == senders_.end()) {
    if (senders_.size() >= kMostAddresses) {
      std::erase_if(senders_, [&](const auto& one) { return now - one.second.last >= kMemory; });
    }
    if (senders_.size() >= kMostAddresses) return false;
    place = senders_.emplace(std::move(sender), Sender{}).first;
  }
  place->second.last = now;
  // In this order, so that one address cannot use up what is there for all.
  return place->second.limiter.allow(now) && all_.allow(now);
}

}  // namespace orchestrator_exporter::http::browser
