#pragma once

#include <bit>
#include <string>
#include <vector>

#include "http/ingest/remote_write/decoding.h"
#include "http/ingest/snappy.h"
#include "http/remote_write/queue/block.h"
#include "metrics/base/number_format.h"

namespace orchestrator_exporter::remote_write::test {

// The series of a request of either protocol, a line each, as a receiver reads them:
// `{__name__="a",b="c"} 1 @5`; "ends" for a staleness marker, "histogram" and "exemplar" for one.
inline std::vector<std::string> shown(std::string_view packed, Protocol protocol) {
  namespace receiver = http::remote_write;
  const std::string bytes = http::unsnappy(packed, std::size_t{1} << 30);
  receiver::WriteRequest request = protocol == Protocol::kV1 ? receiver::decodeWriteRequest(bytes)
                                                             : receiver::decodeWriteRequest2(bytes);
  std::vector<std::string> lines;
  for (const auto& series : request.series) {
    std::string line = "{";
    for (const Label& label : request.labelsOf(series)) {
      if (line.size() > 1) line += ",";
      line.append(label.name).append("=\"").append(label.value).append("\"");
    }
    line += "}";
    for (const TimedSample& sample : request.samplesOf(series)) {
      TextBuffer number;
      appendNumber(number, sample.value);
      const bool ends = std::bit_cast<std::uint64_t>(sample.value) == 0x7ff0000000000002;
      line.append(" ").append(ends ? "ends" : number.view());
      line.append(" @").append(std::to_string(sample.time));
    }
    for (std::size_t i = 0; i < series.histograms; ++i) line += " histogram";
    for (std::size_t i = 0; i < series.exemplars; ++i) line += " exemplar";
    lines.push_back(std::move(line));
  }
  return lines;
}

inline std::vector<std::string> shown(const Block& block) {
  return shown(block.bytes, block.protocol);
}

}  // namespace orchestrator_exporter::remote_write::test
