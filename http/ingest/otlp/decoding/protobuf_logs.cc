#include "http/ingest/otlp/decoding/protobuf_logs.h"

#include <protozero/pbf_reader.hpp>
#include <vector>

#include "http/ingest/otlp/decoding/protobuf_attributes.h"

namespace orchestrator_exporter::http::otlp {
namespace {

using protozero::pbf_reader;
using Tag = protozero::pbf_tag_type;

// Logs and traces are laid out alike down to their records and spans.
enum RequestField : Tag { kResources = 1 };
enum ResourceField : Tag { kResource = 1, kScopes = 2 };
enum ScopeField : Tag { kScope = 1, kRecords = 2 };
enum NameField : Tag { kAttributesOfResource = 1, kNameOfScope = 1 };
enum RecordField : Tag {
  kTime = 1,
  kBody = 5,
  kAttributes = 6,
  kTraceId = 9,
  kSpanId = 10,
  kObserved = 11,
  kEventName = 12,
};

class Decoder {
 public:
  explicit Decoder(LogsVisitor& visitor) : visitor_(visitor) {}

  void resourceLogs(pbf_reader message);

 private:
  void scopeLogs(pbf_reader message);
  void record(std::string_view bytes);

  LogsVisitor& visitor_;
  LogRecord record_;
  Texts texts_;
  Texts recordTexts_;
};

void Decoder::resourceLogs(pbf_reader message) {
  texts_.clear();
  std::vector<Attribute> attributes;
  std::string_view bytesOfResource;
  for (pbf_reader search = message; nextMessage(search, kResource);) {
    bytesOfResource = viewOf(search.get_view());
    pbf_reader resource(bytesOfResource.data(), bytesOfResource.size());
    while (nextMessage(resource, kAttributesOfResource)) {
      appendAttribute(resource.get_message(), texts_, attributes);
    }
  }
  visitor_.resource(attributes, bytesOfResource);
  while (nextMessage(message, kScopes)) scopeLogs(message.get_message());
}

void Decoder::scopeLogs(pbf_reader message) {
  std::string_view name;
  for (pbf_reader search = message; nextMessage(search, kScope);) {
    pbf_reader scope = search.get_message();
    while (nextMessage(scope, kNameOfScope)) name = viewOf(scope.get_view());
  }
  visitor_.scope(name);
  while (nextMessage(message, kRecords)) record(viewOf(message.get_view()));
}

void Decoder::record(std::string_view bytesOfRecord) {
  record_.clear();
  recordTexts_.clear();
  record_.bytes = bytesOfRecord;
  pbf_reader message(bytesOfRecord.data(), bytesOfRecord.size());
  while (message.next()) {
    switch (message.tag_and_type()) {
      case fixed64(kTime):
        record_.time = message.get_fixed64();
        break;
      case fixed64(kObserved):
        record_.observed = message.get_fixed64();
        break;
      case bytes(kBody):
        record_.body = readAnyValue(message.get_message(), recordTexts_);
        break;
      case bytes(kAttributes):
        appendAttribute(message.get_message(), recordTexts_, record_.attributes);
        break;
      case bytes(kTraceId):
        record_.traceId = readId(viewOf(message.get_view()), recordTexts_);
        break;
      case bytes(kSpanId):
        record_.spanId = readId(viewOf(message.get_view()), recordTexts_);
        break;
      case bytes(kEventName):
        record_.eventName = viewOf(message.get_view());
        break;
      default:
        message.skip();
    }
  }
  visitor_.record(record_);
}

}  // namespace

void decodeProtobufLogs(std::string_view bytes, LogsVisitor& visitor) {
  decodeProtobuf([&] {
    checkFrames(bytes);
    Decoder decoder(visitor);
    pbf_reader request(bytes.data(), bytes.size());
    while (nextMessage(request, kResources)) decoder.resourceLogs(request.get_message());
  });
}

std::uint64_t countProtobufSpans(std::string_view bytes) {
  std::uint64_t spans = 0;
  decodeProtobuf([&] {
    checkFrames(bytes);
    pbf_reader request(bytes.data(), bytes.size());
    while (nextMessage(request, kResources)) {
      pbf_reader resource = request.get_message();
      while (nextMessage(resource, kScopes)) {
        pbf_reader scope = resource.get_message();
        while (nextMessage(scope, kRecords)) {
          scope.skip();
          ++spans;
        }
      }
    }
  });
  return spans;
}

}  // namespace orchestrator_exporter::http::otlp
