#pragma once

#include <string>
#include <vector>

#include "http/remote_write/encoding/request_form.h"

namespace orchestrator_exporter::remote_write {

// prometheus.WriteRequest (remote write 1.0): each series with all of its labels.
class RequestV1 final : public RequestForm {
 public:
  RequestV1(const SeriesLayout& layout, std::vector<SentSeries> series)
      : layout_(layout), series_(std::move(series)) {}

  void write(const RequestValues& values, Amounts& amounts, std::string& out) const override;

 private:
  const SeriesLayout& layout_;
  const std::vector<SentSeries> series_;
};

}  // namespace orchestrator_exporter::remote_write
