#include <chrono>
#include <memory>
#include <stdexcept>

#include "exporter/features/feature.h"
#include "http/endpoints/api/answer.h"
#include "http/endpoints/api/json_text.h"
#include "metrics/history/offline/snapshot.h"

// POST or PUT /api/v1/admin/tsdb/snapshot: a consistent copy of the history on disk, as Prometheus
// has it. Its flag, --web.enable-admin-api, is that of the other administration too
// (pushgateway.cc).

namespace orchestrator_exporter {

namespace {

class AdminApi final : public Feature {
 public:
  explicit AdminApi(Parts& parts)
      : enabled_(parts.flags.enabled("web.enable-admin-api")), directory_(parts.stateDirectory) {
    for (const char* method : {"POST", "PUT"}) {
      parts.router.add(
          method, "/api/v1/admin/tsdb/snapshot",
          [this](const http::Request&) {
            try {
              return http::apiResponse(snapshot());
            } catch (const http::ApiError& error) {
              return http::apiResponse(error);
            }
          },
          http::Access::kWrite);
    }
  }

 private:
  http::ApiAnswer snapshot() const {
    using enum http::ApiError::Type;
    if (!enabled_) throw http::ApiError(kUnavailable, "admin APIs disabled");
    if (directory_.empty()) {
      throw http::ApiError(kUnavailable, "there is no history on disk: needs --storage.path");
    }
    http::ApiAnswer answer;
    try {
      answer.data.append("{\"name\":");
      http::appendJsonString(answer.data,
                             history::takeSnapshot(directory_, std::chrono::system_clock::now()));
      answer.data.append('}');
    } catch (const std::runtime_error& error) {
      throw http::ApiError(kInternal, std::string("create snapshot: ") + error.what());
    }
    return answer;
  }

  const bool enabled_;
  const std::string directory_;
};

const RegisterFeature adminApi{{
    .name = "admin_api",
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      if (parts.history == nullptr) return nullptr;
      return std::make_unique<AdminApi>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
