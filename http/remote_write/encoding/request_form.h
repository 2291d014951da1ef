#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "http/remote_write/encoding/reading_extras.h"
#include "http/remote_write/encoding/series_layout.h"
#include "http/remote_write/queue/block.h"

namespace orchestrator_exporter::remote_write {

// What the samples of one request are taken from.
struct RequestValues {
  std::int64_t time;  // in milliseconds since 1970 UTC
  // By place; empty if all series end: each gets a staleness marker.
  std::span<const double> values = {};
  const ReadingExtras* extras = nullptr;  // null if nothing of it is sent
};

// What the requests with the same series have in common. The layout must outlive it.
class RequestForm {
 public:
  virtual ~RequestForm() = default;

  // Writes the request with one sample of each series that has one over `out`.
  virtual void write(const RequestValues& values, Amounts& amounts, std::string& out) const = 0;
};

std::unique_ptr<RequestForm> requestForm(Protocol protocol, const SeriesLayout& layout,
                                         std::vector<SentSeries> series);

}  // namespace orchestrator_exporter::remote_write
