#include <memory>

#include "exporter/features/feature.h"
#include "http/security/tokens.h"

// Tokens with which peers of other hosts may write.

namespace orchestrator_exporter {

namespace {

class IngestTokens final : public Feature {
 public:
  IngestTokens(Parts& parts, const std::string& path) {
    const auto tokens = std::make_shared<http::TokenFile>(
        path, [log = parts.log](std::string_view line) { log(LogLevel::kError, line); });
    parts.server.isToken = [tokens](std::string_view token) { return tokens->has(token); };
  }
};

const RegisterFeature ingestTokens{{
    .name = "ingest_tokens",
    .flags = {textFlag("ingest.token-file", "",
                       "File of tokens, one a line, with which peers of other hosts may write "
                       "(Authorization: Bearer); empty: only peers on this host write.")},
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      const std::string& path = parts.flags.text("ingest.token-file");
      if (path.empty()) return nullptr;
      return std::make_unique<IngestTokens>(parts, path);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
