#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace orchestrator_exporter::pipeline {

// A session of a pipeline that somebody keeps.
struct KnownSession {
  std::string id;
  std::string name;
  std::int64_t start = 0;                // ms
  std::optional<std::int64_t> end = {};  // nullopt while it lasts
  std::string json;                      // all of it, as the API tells it
};

// Those that the exporter at a URL tells of, or that a directory of state has; of anything else,
// and of a server that has no sessions, none. The newest first. Throws std::runtime_error if the
// server does not answer or the file cannot be read.
std::vector<KnownSession> knownSessions(const std::string& source);

}  // namespace orchestrator_exporter::pipeline
