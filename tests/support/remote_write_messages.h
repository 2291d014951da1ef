#pragma once

#include <cstdint>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/history_intake.h"

namespace orchestrator_exporter::test {

// Requests of remote write, as a sender writes them.

struct SentSeries {
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<TimedSample> samples;
  std::vector<std::string> histograms = {};  // messages
};

// A native histogram of schema 0 with one bucket, (1, 2].
inline std::string histogramMessage(std::int64_t time, std::uint64_t count, std::int64_t bucket) {
  std::string span;
  protozero::pbf_writer place(span);
  place.add_sint32(1, 1);
  place.add_uint32(2, 1);
  std::string message;
  protozero::pbf_writer writer(message);
  writer.add_uint64(1, count);
  writer.add_double(3, 1.5);
  writer.add_message(11, span);
  writer.add_packed_sint64(12, &bucket, &bucket + 1);
  writer.add_int64(15, time);
  return message;
}

inline std::string sampleMessage(const TimedSample& sample) {
  std::string message;
  protozero::pbf_writer writer(message);
  writer.add_double(1, sample.value);
  writer.add_int64(2, sample.time);
  return message;
}

inline std::string writeRequest(const std::vector<SentSeries>& all) {
  std::string request;
  for (const SentSeries& one : all) {
    std::string series;
    protozero::pbf_writer writer(series);
    for (const auto& [name, value] : one.labels) {
      std::string label;
      protozero::pbf_writer fields(label);
      fields.add_string(1, name);
      fields.add_string(2, value);
      writer.add_message(1, label);
    }
    for (const TimedSample& sample : one.samples) writer.add_message(2, sampleMessage(sample));
    for (const std::string& histogram : one.histograms) writer.add_message(4, histogram);
    protozero::pbf_writer(request).add_message(1, series);
  }
  return request;
}

inline std::string writeRequest2(const std::vector<SentSeries>& all) {
  std::string symbols;
  std::string series;
  protozero::pbf_writer table(symbols);
  table.add_string(4, "");
  std::uint32_t next = 1;
  for (const SentSeries& one : all) {
    std::vector<std::uint32_t> refs;
    for (const auto& [name, value] : one.labels) {
      table.add_string(4, name);
      table.add_string(4, value);
      refs.insert(refs.end(), {next, next + 1});
      next += 2;
    }
    std::string message;
    protozero::pbf_writer writer(message);
    writer.add_packed_uint32(1, refs.begin(), refs.end());
    for (const TimedSample& sample : one.samples) writer.add_message(2, sampleMessage(sample));
    for (const std::string& histogram : one.histograms) writer.add_message(3, histogram);
    protozero::pbf_writer(series).add_message(5, message);
  }
  return symbols + series;
}

// Snappy's block format, literals alone.
inline std::string snappyLiterals(std::string_view bytes) {
  std::string packed;
  protozero::add_varint_to_buffer(&packed, bytes.size());
  constexpr std::size_t kLongest = 60;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kLongest, bytes.size()))) {
    const std::string_view part = bytes.substr(0, kLongest);
    packed.push_back(static_cast<char>((part.size() - 1) << 2));
    packed.append(part);
  }
  return packed;
}

}  // namespace orchestrator_exporter::test
