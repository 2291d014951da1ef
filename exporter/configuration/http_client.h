#pragma once

#include <vector>

#include "exporter/configuration/key.h"
#include "exporter/configuration/value.h"
#include "http/client/client_settings.h"

namespace orchestrator_exporter::configuration {

// How a server is reached and who asks it, with Prometheus' keys (http_config): basic_auth,
// authorization, bearer_token, tls_config, proxies, redirects, HTTP/2, headers.
std::vector<Key> httpClientKeys();

// The key tls_config of these alone, and what it says.
Key tlsKey();
http::ClientTls tlsSettings(const Value& tls);

// Of a map of these keys and others: what contradicts itself.
void checkHttpClient(const Value& map, Faults& faults);

// The settings that such a map says; user agent, timeout and body limit are left as they are.
http::ClientSettings httpClientSettings(const Value& map);

}  // namespace orchestrator_exporter::configuration
