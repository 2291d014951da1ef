#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace orchestrator_exporter::http {

// A text that is given or lies in a file, such as a password or a certificate. At most one of both
// is set.
struct Secret {
  std::string text = {};
  std::string file = {};

  bool isGiven() const { return !text.empty() || !file.empty(); }
  // The text, of a file without the spaces and line ends around it. The file is read each time.
  // Throws ClientError, "FILE: reason", if it cannot be read.
  std::string read() const;
};

enum class ClientTlsVersion : std::uint8_t { kDefault, kTls10, kTls11, kTls12, kTls13 };

// How a server proves who it is, and this client to it. Files are read again for each new
// connection.
struct ClientTls {
  Secret authorities = {};      // PEM; the system's if not given
  Secret certificate = {};      // PEM, with its chain
  Secret key = {};              // PEM
  std::string serverName = {};  // to ask and check for instead of the host's
  bool skipVerify = false;      // takes any certificate
  ClientTlsVersion oldest = ClientTlsVersion::kDefault;
  ClientTlsVersion newest = ClientTlsVersion::kDefault;
};

// Which proxy is used. Nothing set: none, whatever the environment says.
struct ClientProxy {
  std::string url = {};      // may have credentials
  std::string noProxy = {};  // hosts, domains, addresses and networks without one, comma-separated
  // HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in small letters too; never for loopback.
  bool fromEnvironment = false;
};

// What all requests of one client share.
struct ClientSettings {
  std::string userAgent = {};
  std::vector<std::pair<std::string, Secret>> headers = {};  // besides those of a request
  // Basic credentials if there is a user, else `Authorization: type credentials` if there are any.
  // They go to the host of the request alone, not to another that it redirects to.
  Secret user = {};
  Secret password = {};
  std::string authorizationType = "Bearer";
  Secret credentials = {};
  // Of the field Authorization; empty if there are none. Throws as Secret::read().
  std::string authorization() const;

  ClientTls tls = {};
  ClientProxy proxy = {};
  bool followRedirects = true;
  bool http2 = false;  // if a TLS server offers it; else HTTP/1.1 alone
  // Of a whole request, from connecting to the last byte, redirects included.
  std::chrono::milliseconds timeout = std::chrono::seconds(30);
  std::size_t bodyLimit = std::size_t{1} << 20;  // bytes of an answer's body that are kept
};

}  // namespace orchestrator_exporter::http
