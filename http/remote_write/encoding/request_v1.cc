#include "http/remote_write/encoding/request_v1.h"

#include "http/remote_write/encoding/series_samples.h"
#include "http/remote_write/encoding/wire.h"

namespace orchestrator_exporter::remote_write {

namespace {

// Numbers of fields, prompb/remote.proto and prompb/types.proto.
constexpr unsigned kTimeSeries = 1;
constexpr unsigned kExemplars = 3;
constexpr SeriesSamples::Numbers kNumbers{.samples = 2, .histograms = 4, .startTimes = false};

std::string encoded(const ReadingExtras::PlacedExemplar& exemplar, std::int64_t time) {
  std::string message = exemplar.labels;
  wire::addDouble(message, 2, exemplar.value);
  wire::addNumber(message, 3,
                  static_cast<std::uint64_t>(exemplar.time != 0 ? exemplar.time : time));
  return message;
}

}  // namespace

void RequestV1::write(const RequestValues& values, Amounts& amounts, std::string& out) const {
  SeriesSamples samples(values, kNumbers);
  out.clear();
  std::string exemplars;
  for (const SentSeries& series : series_) {
    const std::string_view sample = samples.next(series, amounts);
    if (sample.empty()) continue;
    exemplars.clear();
    if (const auto* exemplar = samples.exemplar(series)) {
      wire::addBytes(exemplars, kExemplars, encoded(*exemplar, values.time));
      ++amounts.exemplars;
    }
    const std::string_view labels = layout_.labels(series);
    wire::addHead(out, kTimeSeries, labels.size() + sample.size() + exemplars.size());
    out.append(labels).append(sample).append(exemplars);
  }
}

}  // namespace orchestrator_exporter::remote_write
