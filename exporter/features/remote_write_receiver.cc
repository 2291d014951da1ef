#include <chrono>
#include <memory>

#include "exporter/features/feature.h"
#include "http/ingest/ingest_door.h"
#include "http/ingest/remote_write/write_endpoint.h"

// POST /api/v1/write: what others write into the history by Prometheus' remote write protocol.

namespace orchestrator_exporter {

namespace {

class RemoteWriteReceiver final : public Feature {
 public:
  explicit RemoteWriteReceiver(Parts& parts) {
    parts.ingest.statistics().doNotCountSeriesOf(http::remote_write::kProtocol);
    parts.router.add("POST", "/api/v1/write",
                     http::remote_write::writeEndpoint(parts.ingest, parts.intake,
                                                       &std::chrono::system_clock::now),
                     {.access = http::Access::kWrite,
                      .bodyLimit = parts.ingest.bodyLimit(),
                      .takesAnyEncoding = true,
                      .refused = parts.ingest.refusals(http::remote_write::kProtocol)});
  }
};

const RegisterFeature remoteWriteReceiver{{
    .name = "remote_write_receiver",
    .flags = {switchFlag("web.enable-remote-write-receiver", false,
                         "Take samples by Prometheus' remote write protocol at /api/v1/write.")},
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      if (!parts.flags.enabled("web.enable-remote-write-receiver")) return nullptr;
      if (parts.intake == nullptr) {
        throw StartError(
            "--web.enable-remote-write-receiver: there is no history to write into: "
            "--history.memory is 0");
      }
      return std::make_unique<RemoteWriteReceiver>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
