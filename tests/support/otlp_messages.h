#pragma once

#include <cstdint>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <utility>
#include <vector>

// Requests of the OpenTelemetry protocol in protobuf, for tests: messages are texts that are put
// into each other.
namespace orchestrator_exporter::test::otlp {

using Pairs = std::vector<std::pair<std::string, std::string>>;

inline void addAttributes(protozero::pbf_writer& out, protozero::pbf_tag_type tag,
                          const Pairs& attributes) {
  for (const auto& [key, text] : attributes) {
    protozero::pbf_writer pair(out, tag);
    pair.add_string(1, key);
    protozero::pbf_writer(pair, 2).add_string(1, text);
  }
}

struct NumberPoint {
  double value = 0;
  std::uint64_t start = 1'000;
  std::uint64_t time = 2'000;
  Pairs attributes = {};
  std::uint32_t flags = 0;
};

inline std::string numberPoint(const NumberPoint& point) {
  std::string bytes;
  protozero::pbf_writer out(bytes);
  addAttributes(out, 7, point.attributes);
  out.add_fixed64(2, point.start);
  out.add_fixed64(3, point.time);
  out.add_double(4, point.value);
  if (point.flags != 0) out.add_uint32(8, point.flags);
  return bytes;
}

// `kind` is the number of the field: 5 gauge, 7 sum, 9 histogram, 10 exponential, 11 summary.
struct Metric {
  std::string name;
  std::string unit = {};
  protozero::pbf_tag_type kind = 7;
  int temporality = 1;
  bool monotonic = true;
  std::vector<std::string> points = {};
};

inline std::string metric(const Metric& metric) {
  std::string bytes;
  protozero::pbf_writer out(bytes);
  out.add_string(1, metric.name);
  out.add_string(3, metric.unit);
  protozero::pbf_writer data(out, metric.kind);
  for (const std::string& point : metric.points) data.add_message(1, point);
  if (metric.kind != 5 && metric.kind != 11) data.add_enum(2, metric.temporality);
  if (metric.kind == 7) data.add_bool(3, metric.monotonic);
  return bytes;
}

inline std::string request(const Pairs& resource, const std::string& scope,
                           const std::vector<std::string>& metrics) {
  std::string bytes;
  protozero::pbf_writer out(bytes);
  protozero::pbf_writer one(out, 1);
  {
    protozero::pbf_writer attributes(one, 1);
    addAttributes(attributes, 1, resource);
  }
  protozero::pbf_writer scoped(one, 2);
  { protozero::pbf_writer(scoped, 1).add_string(1, scope); }
  for (const std::string& metric : metrics) scoped.add_message(2, metric);
  return bytes;
}

}  // namespace orchestrator_exporter::test::otlp
