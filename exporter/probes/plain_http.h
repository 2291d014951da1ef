#pragma once

#include "exporter/probes/ip_address.h"
#include "exporter/probes/waiting.h"
#include "http/client/requester.h"
#include "http/client/url.h"

namespace orchestrator_exporter::probes {

// Whether plainExchange() can do it: neither TLS nor a proxy nor a packed answer.
bool isPlain(const http::ClientSettings& settings, const http::ClientRequest& request,
             const http::ClientUrl& url);

// Sends a request over a connection of its own and takes the answer (RFC 9112), as
// ClientConnection::exchange() does with a trace, which the request must have, but without libcurl,
// whose libraries take some megabytes of memory. `address` is that of the URL's host. Throws
// ProbeFailure, and ClientError if a secret cannot be read.
http::ClientAnswer plainExchange(const http::ClientSettings& settings,
                                 const http::ClientRequest& request, const http::ClientUrl& url,
                                 bool trusted, const IpAddress& address, Waiting& waiting);

}  // namespace orchestrator_exporter::probes
