#pragma once

#include <cstdint>
#include <string>

namespace orchestrator_exporter::remote_write {

// Remote write 1.0 (prometheus.WriteRequest) and 2.0 (io.prometheus.write.v2.Request).
enum class Protocol : std::uint8_t { kV1 = 1, kV2 = 2 };

// How much a request carries.
struct Amounts {
  std::uint32_t samples = 0;  // staleness markers included
  std::uint32_t histograms = 0;
  std::uint32_t exemplars = 0;

  Amounts& operator+=(const Amounts& other) {
    samples += other.samples;
    histograms += other.histograms;
    exemplars += other.exemplars;
    return *this;
  }
  bool operator==(const Amounts&) const = default;
};

// A request as it is sent, byte for byte the same at each try. It has at most one sample of a
// series: a receiver takes the exact repeat of such a request for good, but not of one with two.
struct Block {
  std::int64_t time = 0;  // of all of its samples, in milliseconds since 1970 UTC
  Amounts amounts = {};
  Protocol protocol = Protocol::kV1;
  std::string bytes = {};  // packed by snappy
};

}  // namespace orchestrator_exporter::remote_write
