#include <memory>

#include "exporter/features/feature.h"

// POST or PUT /-/reload and /-/quit, as Prometheus has them.

namespace orchestrator_exporter {

namespace {

http::Response told(std::string text) {
  http::Response response;
  response.body = std::move(text);
  return response;
}

class Lifecycle final : public Feature {
 public:
  explicit Lifecycle(Parts& parts) : enabled_(parts.flags.enabled("web.enable-lifecycle")) {
    add(parts.router, "/-/reload", [&reloads = parts.reloads] {
      if (const auto fault = reloads.reload()) {
        throw http::HttpError(500, "reload failed: " + *fault);
      }
      return told("reloaded\n");
    });
    add(parts.router, "/-/quit", [quit = parts.quit] {
      quit();
      return told("ending\n");
    });
  }

 private:
  void add(http::Router& router, const std::string& path,
           const std::function<http::Response()>& act) const {
    for (const char* method : {"POST", "PUT"}) {
      router.add(
          method, path,
          [enabled = enabled_, act](const http::Request&) {
            if (!enabled) throw http::HttpError(403, "needs --web.enable-lifecycle");
            return act();
          },
          http::Access::kWrite);
    }
  }

  const bool enabled_;
};

const RegisterFeature lifecycle{{
    .name = "lifecycle",
    .flags = {switchFlag("web.enable-lifecycle", false,
                         "Let POST /-/reload read configuration again and POST /-/quit end the "
                         "program.")},
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      return std::make_unique<Lifecycle>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
