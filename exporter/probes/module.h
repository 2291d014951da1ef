#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "exporter/probes/expression.h"
#include "http/client/client_settings.h"

namespace orchestrator_exporter::probes {

// How a target is looked at, as blackbox_exporter's modules say it
// (https://github.com/prometheus/blackbox_exporter/blob/master/CONFIGURATION.md).

enum class Prober : std::uint8_t { kHttp, kTcp, kIcmp, kDns };

// Which of a name's addresses is taken, and from which of ours it is asked.
struct AddressSettings {
  bool prefersIpv6 = true;
  bool takesOther = true;   // if there is none of the preferred kind
  std::string source = {};  // an IP address of this host; empty: the kernel chooses
};

// What a header of an answer must or must not say.
struct HeaderCondition {
  std::string header = {};
  Expression expression;
  bool allowsMissing = false;
};

struct HttpSettings {
  AddressSettings address = {};
  std::vector<std::int64_t> validStatusCodes = {};  // empty: 200 to 299
  std::vector<std::string> validVersions = {};      // as "HTTP/1.1"; empty: any
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::string compression = {};     // that the answer must have; empty: none is asked for
  std::uint64_t bodySizeLimit = 0;  // bytes; 0: none
  bool failsIfTls = false;
  bool failsIfNotTls = false;
  std::vector<Expression> bodyMustNotMatch = {};
  std::vector<Expression> bodyMustMatch = {};
  std::vector<HeaderCondition> headerMustNotMatch = {};
  std::vector<HeaderCondition> headerMustMatch = {};
  http::ClientSettings client = {};
};

// One step of a conversation: what must come, then what is said, then whether TLS begins.
struct Exchange {
  std::optional<Expression> expect = {};  // in one of the lines that come
  // Labels of probe_expect_info, whose values may refer to the groups of `expect`.
  std::vector<std::pair<std::string, std::string>> labels = {};
  std::string send = {};
  bool startsTls = false;
};

struct TcpSettings {
  AddressSettings address = {};
  std::vector<Exchange> exchanges = {};
  bool isTls = false;
  http::ClientTls tls = {};
};

struct IcmpSettings {
  AddressSettings address = {};
  bool dontFragment = false;
  std::int64_t payloadSize = 0;  // bytes; 0: the usual payload
  std::int64_t ttl = 0;          // 0: the kernel's
};

// What the records of a section must be like; each is matched as the text of a zone file.
struct RecordConditions {
  std::vector<Expression> noneMatches = {};
  std::vector<Expression> sameForAll = {};  // fail_if_all_match_regexp
  std::vector<Expression> allMatch = {};
  std::vector<Expression> anyMatches = {};
};

struct DnsSettings {
  AddressSettings address = {};
  bool byTcp = false;
  bool isTls = false;
  http::ClientTls tls = {};
  std::string name = {};
  std::uint16_t type = 255;  // ANY
  std::uint16_t klass = 1;   // IN
  bool recursionDesired = true;
  std::vector<std::uint16_t> validCodes = {};  // empty: NOERROR
  RecordConditions answers = {};
  RecordConditions authorities = {};
  RecordConditions additionals = {};
};

struct Module {
  Prober prober = Prober::kHttp;
  std::chrono::milliseconds timeout{0};  // 0: as long as who asks waits
  HttpSettings http = {};
  TcpSettings tcp = {};
  IcmpSettings icmp = {};
  DnsSettings dns = {};
};

// By name.
using Modules = std::map<std::string, Module, std::less<>>;

}  // namespace orchestrator_exporter::probes
