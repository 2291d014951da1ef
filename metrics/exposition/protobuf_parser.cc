#include "metrics/exposition/protobuf_parser.h"

#include <algorithm>
#include <protozero/exception.hpp>
#include <protozero/pbf_message.hpp>
#include <protozero/varint.hpp>
#include <string>
#include <unordered_set>

#include "metrics/base/errors.h"
#include "metrics/base/names.h"
#include "metrics/base/utf8.h"
#include "metrics/exposition/protobuf_distributions.h"
#include "metrics/exposition/protobuf_fields.h"

namespace orchestrator_exporter {
namespace {

// Field numbers of metrics.proto, package io.prometheus.client.
enum class FamilyField : protozero::pbf_tag_type { kName = 1, kHelp, kType, kMetric };
enum class MetricField : protozero::pbf_tag_type {
  kLabel = 1,
  kGauge,
  kCounter,
  kSummary,
  kUntyped,
  kTimestamp,
  kHistogram,
};
enum class LabelField : protozero::pbf_tag_type { kName = 1, kValue };
enum class ValueField : protozero::pbf_tag_type { kValue = 1 };

template <typename Field>
using Message = protozero::pbf_message<Field>;

MetricType typeOf(std::int32_t number) {
  switch (number) {
    case 0:
      return MetricType::kCounter;
    case 1:
      return MetricType::kGauge;
    case 2:
      return MetricType::kSummary;
    case 3:
      return MetricType::kUntyped;
    case 4:
      return MetricType::kHistogram;
    default:
      throw ParseError("protobuf: unknown type of a family");
  }
}

MetricField valueField(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return MetricField::kCounter;
    case MetricType::kSummary:
      return MetricField::kSummary;
    case MetricType::kUntyped:
      return MetricField::kUntyped;
    case MetricType::kHistogram:
      return MetricField::kHistogram;
    default:
      return MetricField::kGauge;
  }
}

Label labelOf(protozero::data_view data) {
  Label label;
  Message<LabelField> message(data);
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes(LabelField::kName):
        label.name = viewOf(message.get_view());
        break;
      case bytes(LabelField::kValue):
        label.value = viewOf(message.get_view());
        break;
      default:
        message.skip();
    }
  }
  if (!isLegalLabelName(label.name) || label.name == "__name__") {
    throw ParseError("protobuf: '" + ParseError::printable(label.name) + "' is no name of a label");
  }
  if (!isUtf8(label.value)) throw ParseError("protobuf: the value of a label is not UTF-8");
  return label;
}

double numberOf(protozero::data_view data) {
  double value = 0;
  Message<ValueField> message(data);
  while (message.next()) {
    if (message.tag_and_type() == fixed64(ValueField::kValue)) {
      value = message.get_double();
    } else {
      message.skip();
    }
  }
  return value;
}

class ProtobufParser {
 public:
  ParsedProtobuf parse(std::string_view bytes);

 private:
  void readFamily(protozero::data_view data);
  ParsedSample sampleOf(protozero::data_view data, MetricType type);
  void readValue(Message<MetricField>& message, MetricType type, ParsedSample& sample);

  ParsedProtobuf result_;
  std::unordered_set<std::string_view> names_;
};

// Labels come sorted, as those of the text parser.
ParsedSample ProtobufParser::sampleOf(protozero::data_view data, MetricType type) {
  ParsedSample sample;
  bool hasValue = false;
  Message<MetricField> message(data);
  while (message.next()) {
    if (message.tag_and_type() == bytes(MetricField::kLabel)) {
      sample.labels.push_back(labelOf(message.get_view()));
    } else if (message.tag_and_type() == bytes(valueField(type))) {
      readValue(message, type, sample);
      hasValue = true;
    } else if (message.tag_and_type() == varint(MetricField::kTimestamp)) {
      result_.hasTimestamps = true;
      message.skip();
    } else {
      message.skip();
    }
  }
  if (!hasValue) throw ParseError("protobuf: a sample has no value of its family's type");
  const auto isLess = [](const Label& a, const Label& b) { return a.name < b.name; };
  const auto isSame = [](const Label& a, const Label& b) { return a.name == b.name; };
  std::sort(sample.labels.begin(), sample.labels.end(), isLess);
  if (std::adjacent_find(sample.labels.begin(), sample.labels.end(), isSame) !=
      sample.labels.end()) {
    throw ParseError("protobuf: a label comes twice");
  }
  return sample;
}

void ProtobufParser::readValue(Message<MetricField>& message, MetricType type,
                               ParsedSample& sample) {
  const protozero::data_view data = message.get_view();
  if (type == MetricType::kHistogram) {
    sample.distribution = parseHistogram(data);
  } else if (type == MetricType::kSummary) {
    sample.distribution = parseSummary(data);
  } else {
    sample.value = numberOf(data);
  }
}

void ProtobufParser::readFamily(protozero::data_view data) {
  ParsedFamily family{.name = {}, .help = {}, .type = MetricType::kCounter, .samples = {}};
  std::vector<protozero::data_view> samples;
  Message<FamilyField> message(data);
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes(FamilyField::kName):
        family.name = viewOf(message.get_view());
        break;
      case bytes(FamilyField::kHelp):
        family.help = viewOf(message.get_view());
        break;
      case varint(FamilyField::kType):
        family.type = typeOf(message.get_enum());
        break;
      case bytes(FamilyField::kMetric):
        samples.push_back(message.get_view());
        break;
      default:
        message.skip();
    }
  }
  if (!isLegalMetricName(family.name)) {
    throw ParseError("protobuf: '" + ParseError::printable(family.name) +
                     "' is no name of a metric");
  }
  if (!isUtf8(family.help)) throw ParseError("protobuf: a help text is not UTF-8");
  for (const protozero::data_view& sample : samples) {
    family.samples.push_back(sampleOf(sample, family.type));
  }
  if (samples.empty()) return;
  if (!names_.insert(family.name).second) {
    throw ParseError("protobuf: the family " + std::string(family.name) + " comes twice");
  }
  result_.families.push_back(std::move(family));
}

ParsedProtobuf ProtobufParser::parse(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at != end) {
    const std::uint64_t size = protozero::decode_varint(&at, end);
    if (size > static_cast<std::uint64_t>(end - at)) {
      throw ParseError("protobuf: a message is cut short");
    }
    readFamily({at, static_cast<std::size_t>(size)});
    at += size;
  }
  return std::move(result_);
}

}  // namespace

ParsedProtobuf parseProtobuf(std::string_view bytes) {
  try {
    return ProtobufParser().parse(bytes);
  } catch (const protozero::exception& error) {
    throw ParseError(std::string("protobuf: ") + error.what());
  }
}

}  // namespace orchestrator_exporter
