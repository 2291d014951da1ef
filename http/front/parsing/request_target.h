#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter::http {

// What a request is for (RFC 9112, 3.2).
struct RequestTarget {
  std::string path;  // and the query, if there is one, as sent; "*" for the server as a whole
  std::string host;  // host[:port] of an absolute-form target, else empty
};

// Reads the target of a request line in any form but that of CONNECT. `target` is not empty and
// holds visible ASCII only. An absolute-form target may name any host, with http or https. Throws
// HttpError 400.
RequestTarget parseRequestTarget(std::string_view method, std::string_view target);

// Whether `text` is host[:port] with a host that is not empty: a name, an IPv4 address, or an IPv6
// address in brackets (RFC 3986, 3.2.2, without its IPvFuture, of which there is none), and a port
// of up to 65535 that may be left out behind its colon.
bool isHostAndPort(std::string_view text);

}  // namespace orchestrator_exporter::http
