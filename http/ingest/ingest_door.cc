#include "http/ingest/ingest_door.h"

#include <algorithm>
#include <utility>

#include "http/server/header_value.h"
#include "http/server/unpacking.h"
#include "metrics/base/coarse_clock.h"
#include "metrics/base/errors.h"
#include "metrics/pushed/pushed_metrics.h"

namespace orchestrator_exporter::http {
namespace {

constexpr std::uint32_t kLogInterval = 60;

}  // namespace

IngestDoor::IngestDoor(PushedMetrics& store, std::size_t maxBody,
                       std::function<void(const std::string&)> log)
    : store_(store),
      maxBody_(maxBody),
      log_(std::move(log)),
      statistics_([&store](std::string_view protocol) { return store.seriesCount(protocol); }) {}

IngestDoor::Turn::Turn(IngestDoor& door, std::chrono::seconds patience) : door_(door) {
  if (!door_.turns_.try_acquire_for(patience)) {
    throw HttpError(503, "other pushes are being read", {{"Retry-After", "1"}});
  }
}

std::string_view IngestDoor::bodyOf(const Request& request, std::string& buffer) const {
  return unpacked(request.body, request.header("Content-Encoding").value_or("identity"), buffer);
}

std::string_view IngestDoor::unpacked(std::string_view body, std::string_view encoding,
                                      std::string& buffer) const {
  if (body.size() > maxBody_) {
    throw HttpError(413, "the body is larger than " + std::to_string(maxBody_) + " bytes");
  }
  if (equalIgnoringCase(encoding, "identity") || body.empty()) return body;
  if (!equalIgnoringCase(encoding, "gzip")) {
    throw HttpError(415, "of compressed bodies gzip alone is taken",
                    {{"Accept-Encoding", "gzip, identity"}});
  }
  buffer = ungzip(body, maxBody_);
  return buffer;
}

void IngestDoor::note(std::string_view protocol, const Request& request, int code,
                      std::string_view reason, std::chrono::steady_clock::time_point begun) {
  statistics_.countRequest(protocol, code, request.body.size(),
                           std::chrono::steady_clock::now() - begun);
  if (!reason.empty()) noteRefusal(protocol, code, reason);
}

void IngestDoor::noteRefusal(std::string_view protocol, int code, std::string_view reason) {
  const std::uint32_t now = coarseSeconds();
  {
    const std::lock_guard lock(mutex_);
    const auto [place, isNew] = logged_.try_emplace({protocol, code}, now);
    if (!isNew && now - place->second < kLogInterval) return;
    place->second = now;
  }
  log_(std::string(protocol) + ": answered " + std::to_string(code) + ": " +
       ParseError::printable(reason));
}

std::function<void(const HttpError&)> IngestDoor::refusals(std::string_view protocol) {
  return [this, protocol](const HttpError& error) {
    statistics_.countRefusal(protocol, error.status());
    noteRefusal(protocol, error.status(), error.what());
  };
}

}  // namespace orchestrator_exporter::http
