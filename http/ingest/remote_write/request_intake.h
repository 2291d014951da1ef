#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "http/ingest/remote_write/write_request.h"
#include "metrics/history_intake.h"

namespace orchestrator_exporter::http::remote_write {

// What became of the samples of a request.
struct Outcome {
  std::size_t accepted = 0;
  std::size_t duplicate = 0;           // were there already, with the same value
  std::size_t rejected = 0;            // histograms among them
  std::size_t faultySeries = 0;        // whose labels name no series
  std::size_t histogramsAccepted = 0;  // among the accepted ones
  std::string reason;                  // why the first was refused; else empty
  std::string series;                  // which that was, and when

  bool isWhole() const { return rejected == 0 && faultySeries == 0; }
};

// Gives what a request has to the history: what is good of it, whatever else is in it. Samples
// later than `latest` are refused. Throws NotKept.
Outcome giveTo(HistoryIntake& history, WriteRequest& request, std::int64_t latest);

}  // namespace orchestrator_exporter::http::remote_write
