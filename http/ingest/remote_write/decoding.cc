#include "http/ingest/remote_write/decoding.h"

#include <protozero/pbf_reader.hpp>

#include "metrics/exposition/protobuf_fields.h"

namespace orchestrator_exporter::http::remote_write {

namespace {

using protozero::pbf_reader;
using Tag = protozero::pbf_tag_type;

// Fields of 1.0.
enum RequestField : Tag { kTimeSeries = 1, kMetadata = 3 };
enum SeriesField : Tag { kLabels = 1, kSamples = 2, kExemplars = 3, kHistograms = 4 };
enum LabelField : Tag { kName = 1, kValue = 2 };
enum SampleField : Tag { kSampleValue = 1, kTimestamp = 2 };
enum MetadataField : Tag { kType = 1, kFamily = 2, kHelp = 4, kUnit = 5 };
// Fields of 2.0.
enum Request2Field : Tag { kSymbols = 4, kTimeSeries2 = 5 };
enum Series2Field : Tag {
  kLabelRefs = 1,
  kSamples2 = 2,
  kHistograms2 = 3,
  kExemplars2 = 4,
  kMetadata2 = 5
};
enum Metadata2Field : Tag { kType2 = 1, kHelpRef = 3, kUnitRef = 4 };

MetricType typeOf(std::int32_t type) {
  switch (type) {
    case 1:
      return MetricType::kCounter;
    case 2:
      return MetricType::kGauge;
    case 3:
      return MetricType::kHistogram;
    case 5:
      return MetricType::kSummary;
    case 6:
      return MetricType::kInfo;
    case 7:
      return MetricType::kStateSet;
    default:  // also 4, a histogram of what is and not of what was
      return MetricType::kUntyped;
  }
}

Label readLabel(pbf_reader message) {
  Label label{};
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes(kName):
        label.name = viewOf(message.get_view());
        break;
      case bytes(kValue):
        label.value = viewOf(message.get_view());
        break;
      default:
        message.skip();
    }
  }
  return label;
}

// The same in both versions.
TimedSample readSample(pbf_reader message) {
  TimedSample sample;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case fixed64(kSampleValue):
        sample.value = message.get_double();
        break;
      case varint(kTimestamp):
        sample.time = message.get_int64();
        break;
      default:
        message.skip();
    }
  }
  return sample;
}

Description readMetadata(pbf_reader message) {
  Description family;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case varint(kType):
        family.type = typeOf(message.get_enum());
        break;
      case bytes(kFamily):
        family.name = viewOf(message.get_view());
        break;
      case bytes(kHelp):
        family.help = viewOf(message.get_view());
        break;
      case bytes(kUnit):
        family.unit = viewOf(message.get_view());
        break;
      default:
        message.skip();
    }
  }
  return family;
}

// More than a body of the default limit has, if nothing in it is empty: what a message of two bytes
// becomes takes many times as much memory.
constexpr std::size_t kMostSeries = 1'000'000;
constexpr std::size_t kMostParts = 4'000'000;

template <typename Parts>
void requireRoom(const Parts& parts, std::size_t most = kMostParts) {
  if (parts.size() == most) throw ParseError("a request with too many parts");
}

WriteRequest::Series begun(const WriteRequest& request) {
  requireRoom(request.series, kMostSeries);
  WriteRequest::Series series;
  series.firstLabel = request.labels.size();
  series.firstSample = request.samples.size();
  series.firstHistogram = request.histograms.size();
  return series;
}

void end(WriteRequest::Series series, WriteRequest& request) {
  series.labels = request.labels.size() - series.firstLabel;
  series.samples = request.samples.size() - series.firstSample;
  series.histograms = request.histograms.size() - series.firstHistogram;
  request.series.push_back(series);
}

void readSeries(pbf_reader message, WriteRequest& out) {
  WriteRequest::Series series = begun(out);
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes(kLabels):
        requireRoom(out.labels);
        out.labels.push_back(readLabel(message.get_message()));
        break;
      case bytes(kSamples):
        requireRoom(out.samples);
        out.samples.push_back(readSample(message.get_message()));
        break;
      case bytes(kExemplars):
        message.skip();
        ++series.exemplars;
        break;
      case bytes(kHistograms):
        requireRoom(out.histograms);
        out.histograms.push_back(viewOf(message.get_view()));
        break;
      default:
        message.skip();
    }
  }
  end(series, out);
}

// Reads the series of one 2.0 request.
class SeriesReader2 {
 public:
  SeriesReader2(const std::vector<std::string_view>& symbols, WriteRequest& out)
      : symbols_(symbols), out_(out) {}

  void read(pbf_reader message) {
    WriteRequest::Series series = begun(out_);
    Description described;
    refs_.clear();
    while (message.next()) {
      switch (message.tag_and_type()) {
        case bytes(kLabelRefs):
          for (const std::uint32_t ref : message.get_packed_uint32()) refs_.push_back(ref);
          break;
        case varint(kLabelRefs):
          refs_.push_back(message.get_uint32());
          break;
        case bytes(kSamples2):
          requireRoom(out_.samples);
          out_.samples.push_back(readSample(message.get_message()));
          break;
        case bytes(kHistograms2):
          requireRoom(out_.histograms);
          out_.histograms.push_back(viewOf(message.get_view()));
          break;
        case bytes(kExemplars2):
          message.skip();
          ++series.exemplars;
          break;
        case bytes(kMetadata2):
          described = readDescription(message.get_message());
          break;
        default:
          message.skip();
      }
    }
    series.fault = resolveLabels();
    out_.described.push_back(described);
    end(series, out_);
  }

 private:
  const std::string_view* symbol(std::uint32_t ref) const {
    return ref < symbols_.size() ? &symbols_[ref] : nullptr;
  }

  const char* resolveLabels() {
    if (refs_.size() % 2 != 0) return "a label name without a value";
    for (std::size_t i = 0; i < refs_.size(); i += 2) {
      const std::string_view* const name = symbol(refs_[i]);
      const std::string_view* const value = symbol(refs_[i + 1]);
      if (name == nullptr || value == nullptr) return "a label outside the table of symbols";
      requireRoom(out_.labels);
      out_.labels.push_back({*name, *value});
    }
    return nullptr;
  }

  Description readDescription(pbf_reader message) const {
    Description described;
    const auto text = [&] {
      const std::string_view* const found = symbol(message.get_uint32());
      return found == nullptr ? std::string_view() : *found;
    };
    while (message.next()) {
      switch (message.tag_and_type()) {
        case varint(kType2):
          described.type = typeOf(message.get_enum());
          break;
        case varint(kHelpRef):
          described.help = text();
          break;
        case varint(kUnitRef):
          described.unit = text();
          break;
        default:
          message.skip();
      }
    }
    return described;
  }

  const std::vector<std::string_view>& symbols_;
  WriteRequest& out_;
  std::vector<std::uint32_t> refs_;
};

}  // namespace

WriteRequest decodeWriteRequest(std::string_view encoded) {
  WriteRequest request;
  decodeProtobuf([&] {
    pbf_reader message(encoded.data(), encoded.size());
    while (message.next()) {
      switch (message.tag_and_type()) {
        case bytes(kTimeSeries):
          readSeries(message.get_message(), request);
          break;
        case bytes(kMetadata):
          requireRoom(request.families, kMostSeries);
          request.families.push_back(readMetadata(message.get_message()));
          break;
        default:
          message.skip();
      }
    }
  });
  return request;
}

WriteRequest decodeWriteRequest2(std::string_view encoded) {
  WriteRequest request;
  decodeProtobuf([&] {
    const pbf_reader whole(encoded.data(), encoded.size());
    std::vector<std::string_view> symbols;
    for (pbf_reader search = whole; search.next();) {
      if (search.tag_and_type() == bytes(kSymbols)) {
        requireRoom(symbols);
        symbols.push_back(viewOf(search.get_view()));
      } else {
        search.skip();
      }
    }
    SeriesReader2 reader(symbols, request);
    for (pbf_reader search = whole; search.next();) {
      if (search.tag_and_type() == bytes(kTimeSeries2)) {
        reader.read(search.get_message());
      } else {
        search.skip();
      }
    }
  });
  return request;
}

}  // namespace orchestrator_exporter::http::remote_write
