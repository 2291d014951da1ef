#pragma once

#include <string>

#include "http/remote_write/encoding/request_form.h"

namespace orchestrator_exporter::remote_write {

// The sample of one series after the other, in ascending order of places, as the fields of a
// TimeSeries.
class SeriesSamples {
 public:
  struct Numbers {
    unsigned samples;  // of the fields
    unsigned histograms;
    bool startTimes;
  };

  SeriesSamples(const RequestValues& values, const Numbers& numbers);

  // The fields for a series, valid until the next call; empty if it has no sample this time.
  std::string_view next(const SentSeries& series, Amounts& amounts);
  // The exemplar of the series that next() gave; null if there is none.
  const ReadingExtras::PlacedExemplar* exemplar(const SentSeries& series);

 private:
  void addSample(double value, std::int64_t startTime);
  bool addHistogram(const SentSeries& series);

  const RequestValues& values_;
  const Numbers numbers_;
  std::size_t nextHistogram_ = 0;
  std::size_t nextExemplar_ = 0;
  std::string fields_;
  std::string message_;
};

}  // namespace orchestrator_exporter::remote_write
