#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/sink.h"

namespace orchestrator_exporter {

// The exposition formats of Prometheus and OpenMetrics.
enum class Format : std::uint8_t {
  kText004,
  kText100,
  kOpenMetrics001,
  kOpenMetrics100,
  kProtobuf
};

// How a name outside [a-zA-Z_:][a-zA-Z0-9_:]* is spelled (Prometheus: "UTF-8 support", escaping
// schemes). Only kText100 and kOpenMetrics100 and protobuf can carry such names as they are.
enum class Escaping : std::uint8_t { kUnderscores, kDots, kValues, kAllowUtf8 };

struct ExpositionOptions {
  Format format = Format::kText004;
  Escaping escaping = Escaping::kUnderscores;
  bool openMetricsCreated = false;  // write _created lines; protobuf always carries the time
  bool nativeHistograms = false;    // protobuf only: native buckets beside the classic ones
  friend bool operator==(const ExpositionOptions&, const ExpositionOptions&) = default;
};

// The Content-Type that goes with a body of these options.
std::string contentType(const ExpositionOptions& options);

// What a writer left out of its body, so that no scraper refuses it.
struct Refusals {
  std::uint64_t typeConflicts = 0;  // samples for a name that has another type
  std::uint64_t duplicates = 0;     // a second sample of one series
  std::uint64_t invalid = 0;        // no legal name, impossible buckets, a sample of the wrong kind
  std::uint64_t total() const { return typeConflicts + duplicates + invalid; }
};

// A sink that writes one exposition. Groups samples by family whatever order they come in and keeps
// its memory from one body to the next, so a server keeps a few. For one thread at a time.
class ExpositionWriter : public Sink {
 public:
  static std::unique_ptr<ExpositionWriter> make(const ExpositionOptions& options);

  // Ends the body: families sorted by name, one block each, duplicates left out. The pieces, one
  // after the other, are the body; they stay valid until clear() or destruction. Call it once.
  virtual std::vector<std::string_view> finish() = 0;
  virtual const Refusals& refusals() const = 0;
  // Forgets all samples, for the next body. Memory above a few MiB is given back.
  virtual void clear() = 0;
};

}  // namespace orchestrator_exporter
