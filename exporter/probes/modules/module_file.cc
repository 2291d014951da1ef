#include "exporter/probes/modules/module_file.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "exporter/configuration/configuration.h"
#include "exporter/configuration/http_client.h"
#include "exporter/probes/dns_message.h"
#include "http/server/watched_file.h"

namespace orchestrator_exporter::probes {

namespace {

using namespace configuration;

constexpr DurationRange kProbeTimes{std::chrono::nanoseconds(0), std::chrono::hours(1)};

Key textOf(std::string name, std::string otherwise = {}) {
  return textKey(std::move(name), std::move(otherwise), "");
}
Key switchOf(std::string name, bool otherwise) { return switchKey(std::move(name), otherwise, ""); }

void checkExpression(const Value& value, Faults& faults) {
  try {
    Expression(value.text());
  } catch (const std::invalid_argument& error) {
    faults.add(value.place(), error.what());
  }
}

Key expression(std::string name) { return checked(textOf(std::move(name)), checkExpression); }
Key expressions(std::string name) { return listKey(std::move(name), expression(""), ""); }

// What blackbox_exporter has and this program does not.
Key refused(std::string name, Kind kind) {
  Key key;
  key.name = name;
  key.kind = kind;
  if (kind == Kind::kMap) key.kind = Kind::kNamed;
  if (key.kind == Kind::kNamed || key.kind == Kind::kList) key.keys = {textOf("")};
  key.check = [name](const Value& value, Faults& faults) {
    faults.add(value.place(), name + " is not supported");
  };
  return key;
}

// Of a word in the DNS: type, class or code.
Key dnsWord(std::string name, std::string otherwise, std::string what,
            std::optional<std::uint16_t> (*number)(std::string_view)) {
  return checked(textOf(std::move(name), std::move(otherwise)),
                 [what = std::move(what), number](const Value& value, Faults& faults) {
                   if (value.text().empty() || number(value.text())) return;
                   faults.add(value.place(),
                              "expected " + what + " of the DNS, got '" + value.text() + "'");
                 });
}

void addAddressKeys(std::vector<Key>& keys) {
  keys.push_back(choiceKey("preferred_ip_protocol", "ip6", {"ip4", "ip6"}, ""));
  keys.push_back(switchOf("ip_protocol_fallback", true));
}

Key headerConditions(std::string name) {
  return listKey(std::move(name),
                 mapKey("",
                        {required(textOf("header")), required(expression("regexp")),
                         switchOf("allow_missing", false)},
                        ""),
                 "");
}

void checkHttp(const Value& http, Faults& faults) {
  checkHttpClient(http, faults);
  if (http["fail_if_ssl"].enabled() && http["fail_if_not_ssl"].enabled()) {
    faults.add(http.place(), "with fail_if_ssl and fail_if_not_ssl every answer fails");
  }
  if (!http["body"].text().empty() && !http["body_file"].text().empty()) {
    faults.add(http["body_file"].place(), "at most one of body and body_file makes sense");
  }
}

Key httpKey() {
  std::vector<Key> keys = {
      listKey("valid_status_codes", integerKey("", "", {100, 999}, ""), ""),
      listKey("valid_http_versions",
              choiceKey("", "", {"HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/2.0"}, ""), ""),
      textOf("method", "GET"),
      namedKey("headers", textOf(""), ""),
      sizeKey("body_size_limit", "0", {.least = 0}, ""),
      choiceKey("compression", "", {"gzip", "deflate", "br", "identity"}, ""),
      switchOf("no_follow_redirects", false),
      switchOf("fail_if_ssl", false),
      switchOf("fail_if_not_ssl", false),
      expressions("fail_if_body_matches_regexp"),
      expressions("fail_if_body_not_matches_regexp"),
      headerConditions("fail_if_header_matches"),
      headerConditions("fail_if_header_not_matches"),
      textOf("body"),
      pathKey("body_file", "", ""),
      switchOf("skip_resolve_phase_with_proxy", false),
      refused("oauth2", Kind::kMap),
      refused("fail_if_body_json_matches_cel", Kind::kText),
      refused("fail_if_body_json_not_matches_cel", Kind::kText)};
  addAddressKeys(keys);
  for (Key& key : httpClientKeys()) {
    if (key.name == "enable_http2") key.defaultValue = "true";
    keys.push_back(std::move(key));
  }
  return checked(mapKey("http", std::move(keys), ""), checkHttp);
}

Key tcpKey() {
  std::vector<Key> keys = {
      textOf("source_ip_address"),
      listKey("query_response",
              mapKey("",
                     {expression("expect"), refused("expect_bytes", Kind::kText), textOf("send"),
                      switchOf("starttls", false),
                      listKey("labels",
                              mapKey("", {required(textOf("name")), required(textOf("value"))}, ""),
                              "")},
                     ""),
              ""),
      switchOf("tls", false), tlsKey()};
  addAddressKeys(keys);
  return mapKey("tcp", std::move(keys), "");
}

Key icmpKey() {
  std::vector<Key> keys = {textOf("source_ip_address"), switchOf("dont_fragment", false),
                           integerKey("payload_size", "0", {0, 65'000}, ""),
                           integerKey("ttl", "0", {0, 255}, "")};
  addAddressKeys(keys);
  return mapKey("icmp", std::move(keys), "");
}

Key recordsKey(std::string name) {
  return mapKey(
      std::move(name),
      {expressions("fail_if_matches_regexp"), expressions("fail_if_all_match_regexp"),
       expressions("fail_if_not_matches_regexp"), expressions("fail_if_none_matches_regexp")},
      "");
}

Key dnsKey() {
  std::vector<Key> keys = {textOf("source_ip_address"),
                           choiceKey("transport_protocol", "udp", {"udp", "tcp"}, ""),
                           switchOf("dns_over_tls", false),
                           tlsKey(),
                           textOf("query_name"),
                           dnsWord("query_type", "ANY", "a type", dnsType),
                           dnsWord("query_class", "IN", "a class", dnsClass),
                           switchOf("recursion_desired", true),
                           listKey("valid_rcodes", dnsWord("", "", "a code", dnsCode), ""),
                           recordsKey("validate_answer_rrs"),
                           recordsKey("validate_authority_rrs"),
                           recordsKey("validate_additional_rrs")};
  addAddressKeys(keys);
  return mapKey("dns", std::move(keys), "");
}

void checkModule(const Value& module, Faults& faults) {
  const std::string& prober = module["prober"].text();
  if (prober == "grpc" || prober == "unix" || prober == "websocket") {
    faults.add(module["prober"].place(), "the prober " + prober + " is not supported");
    return;
  }
  for (const char* const each : {"http", "tcp", "icmp", "dns"}) {
    if (prober != each) continue;
    if (prober == "dns" && module["dns"]["query_name"].text().empty()) {
      faults.add(module.place(), "dns needs the key 'query_name'");
    }
    return;
  }
  faults.add(module["prober"].place(), "expected http, tcp, icmp or dns, got '" + prober + "'");
}

std::vector<Key> moduleFileKeys() {
  return {namedKey(
      "modules",
      checked(mapKey("",
                     {required(textOf("prober")), durationKey("timeout", "0s", kProbeTimes, ""),
                      httpKey(), tcpKey(), icmpKey(), dnsKey(), refused("grpc", Kind::kMap),
                      refused("unix", Kind::kMap), refused("websocket", Kind::kMap)},
                     ""),
              checkModule),
      "")};
}

std::vector<Expression> expressionsOf(const Value& list) {
  std::vector<Expression> all;
  for (const std::string& text : list.texts()) all.emplace_back(text);
  return all;
}

AddressSettings addressOf(const Value& map) {
  return {.prefersIpv6 = map["preferred_ip_protocol"].text() == "ip6",
          .takesOther = map["ip_protocol_fallback"].enabled(),
          .source = {}};
}

std::vector<HeaderCondition> conditionsOf(const Value& list) {
  std::vector<HeaderCondition> all;
  for (const Value& condition : list.elements()) {
    all.push_back({condition["header"].text(), Expression(condition["regexp"].text()),
                   condition["allow_missing"].enabled()});
  }
  return all;
}

std::string bodyOf(const Value& http) {
  const std::string& file = http["body_file"].text();
  if (file.empty()) return http["body"].text();
  try {
    return http::readConfiguration(file);
  } catch (const std::runtime_error& error) {
    throw ConfigurationError({file + ": " + error.what()});
  }
}

HttpSettings httpOf(const Value& http) {
  HttpSettings settings;
  settings.address = addressOf(http);
  for (const Value& code : http["valid_status_codes"].elements()) {
    settings.validStatusCodes.push_back(code.integer());
  }
  for (const std::string& version : http["valid_http_versions"].texts()) {
    settings.validVersions.push_back(version == "HTTP/2" ? "HTTP/2.0" : version);
  }
  settings.method = http["method"].text();
  settings.headers = http["headers"].pairs();
  settings.body = bodyOf(http);
  settings.compression = http["compression"].text();
  settings.bodySizeLimit = static_cast<std::uint64_t>(http["body_size_limit"].integer());
  settings.failsIfTls = http["fail_if_ssl"].enabled();
  settings.failsIfNotTls = http["fail_if_not_ssl"].enabled();
  settings.bodyMustNotMatch = expressionsOf(http["fail_if_body_matches_regexp"]);
  settings.bodyMustMatch = expressionsOf(http["fail_if_body_not_matches_regexp"]);
  settings.headerMustNotMatch = conditionsOf(http["fail_if_header_matches"]);
  settings.headerMustMatch = conditionsOf(http["fail_if_header_not_matches"]);
  settings.client = httpClientSettings(http);
  if (http["no_follow_redirects"].enabled()) settings.client.followRedirects = false;
  return settings;
}

TcpSettings tcpOf(const Value& tcp) {
  TcpSettings settings;
  settings.address = addressOf(tcp);
  settings.address.source = tcp["source_ip_address"].text();
  settings.isTls = tcp["tls"].enabled();
  settings.tls = tlsSettings(tcp["tls_config"]);
  for (const Value& step : tcp["query_response"].elements()) {
    Exchange exchange;
    if (!step["expect"].text().empty()) exchange.expect = Expression(step["expect"].text());
    for (const Value& label : step["labels"].elements()) {
      exchange.labels.emplace_back(label["name"].text(), label["value"].text());
    }
    exchange.send = step["send"].text();
    exchange.startsTls = step["starttls"].enabled();
    settings.exchanges.push_back(std::move(exchange));
  }
  return settings;
}

IcmpSettings icmpOf(const Value& icmp) {
  IcmpSettings settings;
  settings.address = addressOf(icmp);
  settings.address.source = icmp["source_ip_address"].text();
  settings.dontFragment = icmp["dont_fragment"].enabled();
  settings.payloadSize = icmp["payload_size"].integer();
  settings.ttl = icmp["ttl"].integer();
  return settings;
}

RecordConditions recordsOf(const Value& map) {
  return {.noneMatches = expressionsOf(map["fail_if_matches_regexp"]),
          .sameForAll = expressionsOf(map["fail_if_all_match_regexp"]),
          .allMatch = expressionsOf(map["fail_if_not_matches_regexp"]),
          .anyMatches = expressionsOf(map["fail_if_none_matches_regexp"])};
}

DnsSettings dnsOf(const Value& dns) {
  DnsSettings settings;
  settings.address = addressOf(dns);
  settings.address.source = dns["source_ip_address"].text();
  settings.byTcp = dns["transport_protocol"].text() == "tcp";
  settings.isTls = dns["dns_over_tls"].enabled();
  settings.tls = tlsSettings(dns["tls_config"]);
  settings.name = dns["query_name"].text();
  settings.type = dnsType(dns["query_type"].text()).value_or(settings.type);
  settings.klass = dnsClass(dns["query_class"].text()).value_or(settings.klass);
  settings.recursionDesired = dns["recursion_desired"].enabled();
  for (const std::string& code : dns["valid_rcodes"].texts()) {
    settings.validCodes.push_back(dnsCode(code).value_or(0));
  }
  settings.answers = recordsOf(dns["validate_answer_rrs"]);
  settings.authorities = recordsOf(dns["validate_authority_rrs"]);
  settings.additionals = recordsOf(dns["validate_additional_rrs"]);
  return settings;
}

Module moduleOf(const Value& map) {
  Module module;
  const std::string& prober = map["prober"].text();
  module.prober = prober == "http"   ? Prober::kHttp
                  : prober == "tcp"  ? Prober::kTcp
                  : prober == "icmp" ? Prober::kIcmp
                                     : Prober::kDns;
  module.timeout = map["timeout"].duration();
  module.http = httpOf(map["http"]);
  module.tcp = tcpOf(map["tcp"]);
  module.icmp = icmpOf(map["icmp"]);
  module.dns = dnsOf(map["dns"]);
  return module;
}

// Those that there are without a file, each with the settings that are usual for its name.
Modules usualModules() {
  Modules modules;
  modules["http_2xx"].http.client.http2 = true;
  modules["http_post_2xx"] = modules["http_2xx"];
  modules["http_post_2xx"].http.method = "POST";
  modules["tcp_connect"].prober = Prober::kTcp;
  modules["icmp"].prober = Prober::kIcmp;
  Module& dns = modules["dns_tcp"];
  dns.prober = Prober::kDns;
  dns.dns.byTcp = true;
  dns.dns.name = ".";
  dns.dns.type = dnsType("NS").value_or(0);
  Module& ssh = modules["ssh_banner"];
  ssh.prober = Prober::kTcp;
  ssh.tcp.exchanges = {{.expect = Expression("^SSH-2.0-"),
                        .labels = {},
                        .send = "SSH-2.0-probe",
                        .startsTls = false}};
  return modules;
}

}  // namespace

Modules readModuleFile(const std::string& path) {
  if (path.empty()) return usualModules();
  const Configuration file = Configuration::ofFile(path, moduleFileKeys());
  Modules modules;
  const Value& all = file["modules"];
  for (std::size_t i = 0; i < all.names().size(); ++i) {
    modules.emplace(all.names()[i], moduleOf(all.elements()[i]));
  }
  return modules;
}

}  // namespace orchestrator_exporter::probes
