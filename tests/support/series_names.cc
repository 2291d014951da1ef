#include "tests/support/series_names.h"

#include <cmath>
#include <protozero/pbf_message.hpp>

namespace orchestrator_exporter {

namespace {

using Names = std::map<std::string, std::size_t>;

// The name at the start of a sample's line: bare, or quoted as the first thing within braces.
std::string nameOfLine(std::string_view line) {
  if (!line.starts_with("{\"")) return std::string(line.substr(0, line.find_first_of("{ ")));
  return std::string(line.substr(2, line.find('"', 2) - 2));
}

Names namesOfText(std::string_view body) {
  Names names;
  while (!body.empty()) {
    const std::string_view line = body.substr(0, body.find('\n'));
    body.remove_prefix(line.size() + 1);
    if (!line.starts_with('#')) ++names[nameOfLine(line)];
  }
  return names;
}

// Counts the series of one io.prometheus.client.Metric.
void countMetric(Names& names, const std::string& name, protozero::pbf_reader metric) {
  constexpr protozero::pbf_tag_type kLabel = 1, kSummary = 4, kHistogram = 7;
  while (metric.next()) {
    if (metric.tag() == kLabel) {
      metric.skip();
    } else if (metric.tag() == kSummary) {
      constexpr protozero::pbf_tag_type kQuantile = 3;
      for (protozero::pbf_reader summary = metric.get_message(); summary.next(); summary.skip()) {
        if (summary.tag() == kQuantile) ++names[name];
      }
      ++names[name + "_sum"];
      ++names[name + "_count"];
    } else if (metric.tag() == kHistogram) {
      constexpr protozero::pbf_tag_type kBucket = 3, kUpperBound = 2;
      bool infinite = false;
      for (protozero::pbf_reader histogram = metric.get_message(); histogram.next();) {
        if (histogram.tag() != kBucket) {
          histogram.skip();
          continue;
        }
        ++names[name + "_bucket"];
        protozero::pbf_reader bucket = histogram.get_message();
        while (bucket.next()) {
          if (bucket.tag() == kUpperBound) {
            infinite |= std::isinf(bucket.get_double());
          } else {
            bucket.skip();
          }
        }
      }
      if (!infinite) ++names[name + "_bucket"];  // Prometheus adds it
      ++names[name + "_sum"];
      ++names[name + "_count"];
    } else {
      metric.skip();
      ++names[name];
    }
  }
}

Names namesOfProtobuf(std::string_view body) {
  constexpr protozero::pbf_tag_type kName = 1, kMetric = 4;
  Names names;
  const char* at = body.data();
  const char* const end = at + body.size();
  while (at != end) {
    const auto size = static_cast<std::size_t>(protozero::decode_varint(&at, end));
    std::string name;
    for (protozero::pbf_reader family(at, size); family.next();) {
      if (family.tag() == kName) {
        name = family.get_string();
      } else if (family.tag() == kMetric) {
        countMetric(names, name, family.get_message());
      } else {
        family.skip();
      }
    }
    at += size;
  }
  return names;
}

}  // namespace

std::map<std::string, std::size_t> seriesNames(Format format, std::string_view body) {
  return format == Format::kProtobuf ? namesOfProtobuf(body) : namesOfText(body);
}

}  // namespace orchestrator_exporter
