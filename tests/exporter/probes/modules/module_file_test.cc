#include "exporter/probes/modules/module_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "exporter/configuration/faults.h"
#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter::probes {
namespace {

Modules modulesOf(const std::string& text) {
  const orchestrator_exporter::test::TemporaryDirectory directory;
  const std::string path = directory.path() / "blackbox.yml";
  std::ofstream(path) << text;
  return readModuleFile(path);
}

std::string faultsOf(const std::string& text) {
  try {
    modulesOf(text);
    return "";
  } catch (const configuration::ConfigurationError& error) {
    std::string all;
    for (const std::string& line : error.lines()) {
      all += line.substr(line.find("blackbox.yml") + 13) + "\n";
    }
    return all;
  }
}

TEST(ModuleFile, HasTheUsualModulesWithoutAFile) {
  const Modules modules = readModuleFile("");
  for (const char* name :
       {"http_2xx", "http_post_2xx", "tcp_connect", "icmp", "dns_tcp", "ssh_banner"}) {
    EXPECT_TRUE(modules.contains(name)) << name;
  }
  EXPECT_EQ(modules.find("http_post_2xx")->second.http.method, "POST");
}

TEST(ModuleFile, ReadsEachProber) {
  const Modules modules = modulesOf(R"(
modules:
  web:
    prober: http
    timeout: 5s
    http:
      valid_status_codes: [200, 204]
      valid_http_versions: ["HTTP/1.1", "HTTP/2.0"]
      headers: {Accept-Language: en}
      fail_if_header_not_matches: [{header: X, regexp: y, allow_missing: true}]
      fail_if_body_not_matches_regexp: ["well"]
      preferred_ip_protocol: ip4
      follow_redirects: false
      body_size_limit: 1MB
      tls_config: {insecure_skip_verify: true}
  mail:
    prober: tcp
    tcp:
      query_response:
        - {expect: "^220"}
        - {send: "EHLO x", starttls: true}
  names:
    prober: dns
    dns:
      query_name: example.org
      query_type: SOA
      transport_protocol: tcp
      valid_rcodes: [NXDOMAIN]
      validate_answer_rrs: {fail_if_not_matches_regexp: [".*"]}
  ping:
    prober: icmp
    icmp: {ttl: 5, dont_fragment: true}
)");
  const Module& web = modules.find("web")->second;
  EXPECT_EQ(web.prober, Prober::kHttp);
  EXPECT_EQ(web.timeout, std::chrono::seconds(5));
  EXPECT_EQ(web.http.validStatusCodes, (std::vector<std::int64_t>{200, 204}));
  EXPECT_FALSE(web.http.address.prefersIpv6);
  EXPECT_FALSE(web.http.client.followRedirects);
  EXPECT_TRUE(web.http.client.http2);
  EXPECT_TRUE(web.http.client.tls.skipVerify);
  EXPECT_EQ(web.http.bodySizeLimit, 1U << 20);
  EXPECT_TRUE(web.http.headerMustMatch.front().allowsMissing);
  EXPECT_TRUE(modules.find("mail")->second.tcp.exchanges[1].startsTls);
  const Module& names = modules.find("names")->second;
  EXPECT_EQ(names.dns.type, 6);
  EXPECT_TRUE(names.dns.byTcp);
  EXPECT_EQ(names.dns.validCodes, std::vector<std::uint16_t>{3});
  EXPECT_EQ(modules.find("ping")->second.icmp.ttl, 5);
}

TEST(ModuleFile, TellsEverythingThatIsWrongAtOnce) {
  EXPECT_EQ(faultsOf("modules:\n  a:\n    prober: htp\n  b:\n    prober: http\n    http:\n"
                     "      metod: GET\n      valid_status_codes: [20]\n"
                     "      fail_if_body_matches_regexp: ['(']\n"),
            "3:13: expected http, tcp, icmp or dns, got 'htp'\n"
            "7:7: unknown key 'metod', did you mean 'method'?\n"
            "8:28: modules.b.http.valid_status_codes[0]: expected a whole number, from 100 to 999, "
            "got '20'\n"
            "9:37: bad regular expression '(': missing ): (\n");
}

TEST(ModuleFile, RefusesByNameWhatIsNotSupported) {
  EXPECT_EQ(faultsOf("modules: {a: {prober: grpc}}\n"), "1:23: the prober grpc is not supported\n");
  EXPECT_EQ(faultsOf("modules: {a: {prober: http, http: {fail_if_body_json_matches_cel: x}}}\n"),
            "1:67: fail_if_body_json_matches_cel is not supported\n");
  EXPECT_EQ(faultsOf("modules: {a: {prober: dns}}\n"), "1:14: dns needs the key 'query_name'\n");
}

}  // namespace
}  // namespace orchestrator_exporter::probes
