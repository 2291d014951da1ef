#include "http/security/web_config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "http/security/bcrypt.h"
#include "http/security/strict_yaml.h"
#include "http/server/header_value.h"
#include "metrics/base/errors.h"
#include "metrics/base/go_duration.h"

namespace orchestrator_exporter::http {
namespace {

// A header that can be set, and the only values that it may have; none: any.
struct Header {
  std::string_view name;
  std::array<std::string_view, 2> values = {};
};
constexpr std::array kHeaders = {
    Header{"Strict-Transport-Security"},
    Header{"X-Content-Type-Options", {"nosniff"}},
    Header{"X-Frame-Options", {"deny", "sameorigin"}},
    Header{"X-XSS-Protection"},
    Header{"Content-Security-Policy"},
};

template <typename Choice>
void choose(const YamlValue& value,
            std::initializer_list<std::pair<std::string_view, Choice>> choices, Choice& chosen) {
  if (value.isNull()) return;
  const std::string word = value.text();
  std::vector<std::string_view> names;
  for (const auto& [name, choice] : choices) {
    names.push_back(name);
    if (name != word) continue;
    chosen = choice;
    return;
  }
  value.expected(listed(names));
}

std::vector<std::string> chooseSeveral(const YamlValue& value,
                                       const std::vector<std::string_view>& choices,
                                       std::string_view what) {
  std::vector<std::string> chosen;
  for (const YamlValue& element : value.elements()) {
    chosen.push_back(element.text());
    if (std::find(choices.begin(), choices.end(), chosen.back()) == choices.end()) {
      element.expected(what);
    }
  }
  return chosen;
}

class TlsReader {
 public:
  explicit TlsReader(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::optional<TlsSettings> read(const YamlValue& section) {
    section.readEntries({
        {"cert_file", [this](const YamlValue& value) { takeFile(value, tls_.certificate); }},
        {"cert", [this](const YamlValue& value) { takeText(value, tls_.certificate); }},
        {"key_file", [this](const YamlValue& value) { takeFile(value, tls_.key); }},
        {"key", [this](const YamlValue& value) { takeText(value, tls_.key); }},
        {"client_ca_file", [this](const YamlValue& value) { takeFile(value, tls_.clientCa); }},
        {"client_ca", [this](const YamlValue& value) { takeText(value, tls_.clientCa); }},
        {"client_auth_type", [this](const YamlValue& value) { takeClientAuth(value); }},
        {"client_allowed_sans",
         [this](const YamlValue& value) {
           for (const YamlValue& san : value.elements()) {
             tls_.clientAllowedSans.push_back(san.text());
           }
         }},
        {"min_version", [this](const YamlValue& value) { takeVersion(value, tls_.minVersion); }},
        {"max_version", [this](const YamlValue& value) { takeVersion(value, tls_.maxVersion); }},
        {"cipher_suites",
         [this](const YamlValue& value) {
           tls_.cipherSuites =
               chooseSeveral(value, secureCipherSuites(),
                             "a secure suite such as " + std::string(secureCipherSuites().front()));
         }},
        {"curve_preferences",
         [this](const YamlValue& value) {
           tls_.curves = chooseSeveral(value, knownCurves(), listed(knownCurves()));
         }},
        // Without effect: the server's order counts.
        {"prefer_server_cipher_suites", [](const YamlValue& value) { value.boolean(true); }},
    });
    if (tls_.minVersion > tls_.maxVersion) section.refuse("min_version is above max_version");
    if (noSuiteIsLeft()) section.refuse("cipher_suites has none for max_version and below");
    if (!isOn()) return std::nullopt;
    if (!tls_.certificate.given()) section.refuse("TLS needs cert_file or cert");
    if (!tls_.key.given()) section.refuse("TLS needs key_file or key");
    if (tls_.clientCa.given() && tls_.clientAuth == ClientAuth::kNone) {
      throw ParseError(tls_.clientCa.place, 0,
                       "needs a client_auth_type that asks for certificates");
    }
    return std::move(tls_);
  }

 private:
  bool isOn() const {
    return tls_.certificate.given() || tls_.key.given() || tls_.clientCa.given() ||
           clientAuthGiven_;
  }

  bool noSuiteIsLeft() const {
    return tls_.maxVersion < TlsVersion::kTls13 && !tls_.cipherSuites.empty() &&
           std::none_of(tls_.cipherSuites.begin(), tls_.cipherSuites.end(), isBeforeTls13);
  }

  void takeFile(const YamlValue& value, PemSource& source) const {
    if (value.text().empty()) return;
    source.file = folder_ / value.text();
    source.place = value.place();
  }
  static void takeText(const YamlValue& value, PemSource& source) {
    source.text = value.text();
    if (source.file.empty()) source.place = value.place();
  }

  void takeClientAuth(const YamlValue& value) {
    if (value.text().empty()) return;
    clientAuthGiven_ = true;
    choose<ClientAuth>(value,
                       {{"NoClientCert", ClientAuth::kNone},
                        {"RequestClientCert", ClientAuth::kRequest},
                        {"RequireAnyClientCert", ClientAuth::kRequireAny},
                        {"VerifyClientCertIfGiven", ClientAuth::kVerifyIfGiven},
                        {"RequireAndVerifyClientCert", ClientAuth::kRequireAndVerify},
                        {"RequireClientCert", ClientAuth::kRequireAny}},  // as it was once spelt
                       tls_.clientAuth);
  }

  static void takeVersion(const YamlValue& value, TlsVersion& version) {
    choose<TlsVersion>(value,
                       {{"TLS10", TlsVersion::kTls10},
                        {"TLS11", TlsVersion::kTls11},
                        {"TLS12", TlsVersion::kTls12},
                        {"TLS13", TlsVersion::kTls13}},
                       version);
  }

  const std::filesystem::path folder_;
  TlsSettings tls_;
  bool clientAuthGiven_ = false;
};

// A value over several lines is one in HTTP.
std::string headerValue(const YamlValue& entry) {
  std::string value = entry.text();
  std::replace_if(
      value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
  const bool legal = std::all_of(value.begin(), value.end(), [](char c) {
    return (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) || c == '\t';
  });
  if (!legal) entry.refuse("has a control character");
  return std::string(trimmed(value));
}

Fields readHeaders(const YamlValue& section) {
  Fields headers;
  std::vector<std::pair<std::string_view, YamlValue::Reader>> readers;
  for (const Header& header : kHeaders) {
    readers.emplace_back(header.name, [&](const YamlValue& entry) {
      std::string value = headerValue(entry);
      std::vector<std::string_view> allowed(header.values.begin(), header.values.end());
      std::erase(allowed, "");
      if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
        entry.expected(listed(allowed));
      }
      headers.emplace_back(header.name, std::move(value));
    });
  }
  section.readEntries(readers);
  return headers;
}

Users readUsers(const YamlValue& section) {
  Users users;
  for (const YamlValue& entry : section.entries()) {
    const std::string hash = entry.text();
    if (const auto fault = bcryptFault(hash)) entry.refuse("not a bcrypt hash: " + *fault);
    users.emplace(entry.key(), hash);
  }
  return users;
}

std::optional<std::int64_t> wholeNumber(std::string_view text) {
  if (text.size() > 1 && text.starts_with('0')) return std::nullopt;  // octal in YAML 1.1
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

RateLimit readRateLimit(const YamlValue& section) {
  RateLimit limit;
  section.readEntries({
      {"interval",
       [&](const YamlValue& value) {
         if (value.isNull()) return;
         auto interval = parseGoDuration(value.text());
         // A bare number is one of nanoseconds, as Go has it.
         const auto number = value.isPlain() ? wholeNumber(value.text()) : std::nullopt;
         if (number) interval = std::chrono::nanoseconds(*number);
         if (!interval || interval->count() < 0) value.expected("a duration such as 1s or 250ms");
         limit.interval = *interval;
       }},
      {"burst",
       [&](const YamlValue& value) {
         if (value.isNull()) return;
         const auto number = value.isPlain() ? wholeNumber(value.text()) : std::nullopt;
         if (!number) value.expected("a whole number");
         limit.burst = *number;
       }},
  });
  return limit;
}

}  // namespace

WebConfig readWebConfig(const std::string& path) {
  WebConfig config;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  YamlValue::ofFile(path).readEntries({
      {"tls_server_config",
       [&](const YamlValue& section) { config.tls = TlsReader(folder).read(section); }},
      {"http_server_config",
       [&](const YamlValue& section) {
         section.readEntries({
             {"http2", [&](const YamlValue& value) { config.http2 = value.boolean(true); }},
             {"headers", [&](const YamlValue& value) { config.headers = readHeaders(value); }},
         });
       }},
      {"basic_auth_users", [&](const YamlValue& section) { config.users = readUsers(section); }},
      {"rate_limit", [&](const YamlValue& section) { config.rateLimit = readRateLimit(section); }},
  });
  return config;
}

}  // namespace orchestrator_exporter::http
