#pragma once

#include <memory>
#include <optional>
#include <string>

#include "http/security/passwords.h"
#include "http/security/rate_limit.h"
#include "http/security/tls/settings.h"
#include "http/server/message.h"

namespace orchestrator_exporter::http {

// What the file of --web.config.file says, checked: the format of Prometheus' exporters, so that
// one file serves them all.
struct WebConfig {
  std::optional<TlsSettings> tls = {};  // nullopt: plain HTTP
  bool http2 = true;                    // may be agreed on if TLS is on
  Fields headers = {};                  // for every answer, in the order of the file
  Users users = {};                     // empty: everybody may enter
  RateLimit rateLimit = {};
};

// Reads the file. Names of files in it are taken relative to its own folder; their contents are not
// looked at. Throws ParseError "FILE:LINE: …", one line, for what cannot be read, is no YAML, has a
// key that is unknown or comes twice, or a value that makes no sense.
WebConfig readWebConfig(const std::string& path);

}  // namespace orchestrator_exporter::http
