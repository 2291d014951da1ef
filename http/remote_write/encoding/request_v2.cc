#include "http/remote_write/encoding/request_v2.h"

#include <optional>
#include <protozero/pbf_reader.hpp>

#include "http/remote_write/encoding/metadata.h"
#include "http/remote_write/encoding/request_v1.h"
#include "http/remote_write/encoding/series_samples.h"
#include "http/remote_write/encoding/wire.h"

namespace orchestrator_exporter::remote_write {

namespace {

// Numbers of fields, io/prometheus/write/v2/types.proto.
constexpr unsigned kSymbols = 4;
constexpr unsigned kTimeSeries = 5;
constexpr unsigned kLabels = 1;
constexpr unsigned kExemplars = 4;
constexpr unsigned kMetadata = 5;
constexpr SeriesSamples::Numbers kNumbers{.samples = 2, .histograms = 3, .startTimes = true};

std::string labelPlaces(std::string_view fields, SymbolTable& symbols) {
  std::string places;
  forEachLabel(fields, [&](const Label& label) {
    wire::addVarint(places, symbols.place(label.name));
    wire::addVarint(places, symbols.place(label.value));
  });
  return places;
}

std::string metadataOf(const SentFamily& family, SymbolTable& symbols) {
  std::string message;
  wire::addNumber(message, 1, metadataType(family.type));
  wire::addNumber(message, 3, symbols.place(family.help));
  wire::addNumber(message, 4, symbols.place(family.unit));
  return message;
}

std::string encoded(const ReadingExtras::PlacedExemplar& exemplar, std::int64_t time,
                    SymbolTable& symbols) {
  std::string message;
  wire::addBytes(message, 1, labelPlaces(exemplar.labels, symbols));
  wire::addDouble(message, 2, exemplar.value);
  wire::addNumber(message, 3,
                  static_cast<std::uint64_t>(exemplar.time != 0 ? exemplar.time : time));
  return message;
}

}  // namespace

SymbolTable::SymbolTable(std::string_view fields) {
  protozero::pbf_reader all(fields.data(), fields.size());
  while (all.next(kSymbols)) {
    const auto text = all.get_view();
    place({text.data(), text.size()});
  }
}

std::uint32_t SymbolTable::place(std::string_view text) {
  const auto [known, isNew] =
      places_.try_emplace(std::string(text), static_cast<std::uint32_t>(places_.size()));
  if (isNew) wire::addBytes(fields_, kSymbols, text);
  return known->second;
}

RequestV2::RequestV2(const SeriesLayout& layout, const std::vector<SentSeries>& series) {
  SymbolTable symbols;
  std::unordered_map<std::uint32_t, Range> families;
  series_.reserve(series.size());
  for (const SentSeries& one : series) {
    std::string labels;
    wire::addBytes(labels, kLabels, labelPlaces(layout.labels(one), symbols));
    const auto [family, isNew] = families.try_emplace(one.family);
    if (isNew) {
      std::string metadata;
      wire::addBytes(metadata, kMetadata, metadataOf(layout.families()[one.family], symbols));
      family->second = keep(metadata);
    }
    series_.push_back({one, keep(labels), family->second});
  }
  symbols_ = symbols.fields();
}

RequestV2::Range RequestV2::keep(std::string_view bytes) {
  const auto begin = static_cast<std::uint32_t>(kept_.size());
  kept_ += bytes;
  return {begin, static_cast<std::uint32_t>(kept_.size())};
}

void RequestV2::write(const RequestValues& values, Amounts& amounts, std::string& out) const {
  SeriesSamples samples(values, kNumbers);
  std::optional<SymbolTable> extended;  // by the labels of exemplars
  out = symbols_;
  std::string exemplars;
  for (const Series& series : series_) {
    const std::string_view sample = samples.next(series.sent, amounts);
    if (sample.empty()) continue;
    exemplars.clear();
    if (const auto* exemplar = samples.exemplar(series.sent)) {
      if (!extended) extended.emplace(symbols_);
      wire::addBytes(exemplars, kExemplars, encoded(*exemplar, values.time, *extended));
      ++amounts.exemplars;
    }
    const std::string_view labels = kept(series.labels);
    const std::string_view metadata = kept(series.metadata);
    wire::addHead(out, kTimeSeries,
                  labels.size() + sample.size() + exemplars.size() + metadata.size());
    out.append(labels).append(sample).append(exemplars).append(metadata);
  }
  if (extended) out.replace(0, symbols_.size(), extended->fields());
}

std::unique_ptr<RequestForm> requestForm(Protocol protocol, const SeriesLayout& layout,
                                         std::vector<SentSeries> series) {
  if (protocol == Protocol::kV2) return std::make_unique<RequestV2>(layout, series);
  return std::make_unique<RequestV1>(layout, std::move(series));
}

}  // namespace orchestrator_exporter::remote_write
