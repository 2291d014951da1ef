#include "exporter/configuration/http_client.h"

#include <array>
#include <string>
#include <utility>

namespace orchestrator_exporter::configuration {

namespace {

constexpr std::array<std::string_view, 4> kVersions = {"TLS10", "TLS11", "TLS12", "TLS13"};

std::vector<std::string> versions() { return {kVersions.begin(), kVersions.end()}; }

http::ClientTlsVersion versionOf(const std::string& word) {
  using enum http::ClientTlsVersion;
  constexpr std::array kByName = {kTls10, kTls11, kTls12, kTls13};
  for (std::size_t i = 0; i < kVersions.size(); ++i) {
    if (kVersions[i] == word) return kByName[i];
  }
  return kDefault;
}

http::Secret secretOf(const Value& map, std::string_view text, std::string_view file) {
  return {map[text].text(), map[file].text()};
}

void checkOneOf(const Value& map, std::string_view text, std::string_view file, Faults& faults) {
  if (map[text].text().empty() || map[file].text().empty()) return;
  faults.add(map[file].place(),
             "at most one of " + std::string(text) + " and " + std::string(file) + " makes sense");
}

Key basicAuth() {
  return mapKey(
      "basic_auth",
      {textKey("username", "", "The user."), pathKey("username_file", "", "A file that has it."),
       secretKey("password", "The password."), pathKey("password_file", "", "A file that has it.")},
      "Name and password to give.");
}

Key authorization() {
  return mapKey("authorization",
                {textKey("type", "Bearer", "The first word of the header Authorization."),
                 secretKey("credentials", "What follows it."),
                 pathKey("credentials_file", "", "A file that has it.")},
                "A header Authorization to give.");
}

Key headers() {
  return namedKey("http_headers",
                  mapKey("",
                         {listKey("values", textKey("", "", ""), "Values of the header."),
                          listKey("secrets", secretKey("", ""), "Values that are never shown."),
                          listKey("files", pathKey("", "", ""), "Files that have values.")},
                         ""),
                  "Headers to send besides, by name.");
}

}  // namespace

Key tlsKey() {
  return mapKey(
      "tls_config",
      {textKey("ca", "", "Certificates of the authorities to trust, PEM; else the system's."),
       pathKey("ca_file", "", "A file that has them."),
       textKey("cert", "", "The certificate to show, PEM."),
       pathKey("cert_file", "", "A file that has it."), secretKey("key", "Its key, PEM."),
       pathKey("key_file", "", "A file that has it."),
       textKey("server_name", "", "The name to ask and check for instead of the URL's host."),
       switchKey("insecure_skip_verify", false, "Take any certificate."),
       choiceKey("min_version", "", versions(), "The oldest version of TLS to take."),
       choiceKey("max_version", "", versions(), "The newest version of TLS to take.")},
      "How TLS is spoken.");
}

http::ClientTls tlsSettings(const Value& tls) {
  return {.authorities = secretOf(tls, "ca", "ca_file"),
          .certificate = secretOf(tls, "cert", "cert_file"),
          .key = secretOf(tls, "key", "key_file"),
          .serverName = tls["server_name"].text(),
          .skipVerify = tls["insecure_skip_verify"].enabled(),
          .oldest = versionOf(tls["min_version"].text()),
          .newest = versionOf(tls["max_version"].text())};
}

std::vector<Key> httpClientKeys() {
  return {basicAuth(),
          authorization(),
          secretKey("bearer_token", "As authorization.credentials."),
          pathKey("bearer_token_file", "", "As authorization.credentials_file."),
          tlsKey(),
          textKey("proxy_url", "", "The proxy to go through."),
          textKey("no_proxy", "",
                  "Hosts, domains, addresses and networks that are reached without it, separated "
                  "by commas."),
          switchKey("proxy_from_environment", false,
                    "Take the proxy from HTTP_PROXY, HTTPS_PROXY and NO_PROXY."),
          switchKey("follow_redirects", true, "Follow redirects."),
          switchKey("enable_http2", false, "Speak HTTP/2 if a TLS server offers it."),
          headers()};
}

void checkHttpClient(const Value& map, Faults& faults) {
  const Value& basic = map["basic_auth"];
  const Value& authorization = map["authorization"];
  const bool hasBearer = map["bearer_token"].given() || map["bearer_token_file"].given();
  if (basic.given() + authorization.given() + hasBearer > 1) {
    faults.add(map.place(),
               "at most one of basic_auth, authorization and bearer_token makes sense");
  }
  checkOneOf(basic, "username", "username_file", faults);
  checkOneOf(basic, "password", "password_file", faults);
  checkOneOf(authorization, "credentials", "credentials_file", faults);
  checkOneOf(map, "bearer_token", "bearer_token_file", faults);
  const Value& tls = map["tls_config"];
  for (const char* what : {"ca", "cert", "key"}) {
    checkOneOf(tls, what, std::string(what) + "_file", faults);
  }
  const auto isGiven = [&](const std::string& what) {
    return !tls[what].text().empty() || !tls[what + "_file"].text().empty();
  };
  if (isGiven("cert") != isGiven("key")) {
    faults.add(tls.place(), "a certificate and its key belong together");
  }
  if (map["proxy_from_environment"].enabled() &&
      (!map["proxy_url"].text().empty() || !map["no_proxy"].text().empty())) {
    faults.add(map["proxy_from_environment"].place(),
               "proxy_from_environment makes no sense beside proxy_url and no_proxy");
  }
}

http::ClientSettings httpClientSettings(const Value& map) {
  http::ClientSettings settings;
  const Value& basic = map["basic_auth"];
  settings.user = secretOf(basic, "username", "username_file");
  settings.password = secretOf(basic, "password", "password_file");
  const Value& authorization = map["authorization"];
  settings.authorizationType = authorization["type"].text();
  settings.credentials = authorization.given()
                             ? secretOf(authorization, "credentials", "credentials_file")
                             : secretOf(map, "bearer_token", "bearer_token_file");
  settings.tls = tlsSettings(map["tls_config"]);
  settings.proxy = {.url = map["proxy_url"].text(),
                    .noProxy = map["no_proxy"].text(),
                    .fromEnvironment = map["proxy_from_environment"].enabled()};
  settings.followRedirects = map["follow_redirects"].enabled();
  settings.http2 = map["enable_http2"].enabled();
  const Value& headers = map["http_headers"];
  for (std::size_t i = 0; i < headers.names().size(); ++i) {
    const auto& name = headers.names()[i];
    const Value& header = headers.elements()[i];
    for (const std::string& text : header["values"].texts()) {
      settings.headers.emplace_back(name, http::Secret{.text = text});
    }
    for (const std::string& text : header["secrets"].texts()) {
      settings.headers.emplace_back(name, http::Secret{.text = text});
    }
    for (const std::string& file : header["files"].texts()) {
      settings.headers.emplace_back(name, http::Secret{.file = file});
    }
  }
  return settings;
}

}  // namespace orchestrator_exporter::configuration
