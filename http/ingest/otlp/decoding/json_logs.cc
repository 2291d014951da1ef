#include "http/ingest/otlp/decoding/json_logs.h"

#include <vector>

#include "http/ingest/otlp/decoding/json_values.h"

namespace orchestrator_exporter::http::otlp {
namespace {

using namespace json;

class Decoder {
 public:
  explicit Decoder(LogsVisitor& visitor) : visitor_(visitor) {}

  void resourceLogs(ondemand::object object);

 private:
  void scopeLogs(ondemand::object object);
  void record(ondemand::value value);

  LogsVisitor& visitor_;
  LogRecord record_;
  Texts texts_;
  Texts recordTexts_;
};

void Decoder::resourceLogs(ondemand::object object) {
  texts_.clear();
  std::vector<Attribute> attributes;
  std::string_view bytes;
  forFields(object, [&](const Key& key, ondemand::value value) {
    if (key != "resource") return;
    ondemand::object resource = value.get_object();
    bytes = resource.raw_json();
    resource.reset();
    forFields(resource, [&](const Key& inner, ondemand::value list) {
      if (inner == "attributes") readAttributes(list, texts_, attributes);
    });
  });
  visitor_.resource(attributes, bytes);
  object.reset();
  forFields(object, [&](const Key& key, ondemand::value value) {
    if (key != "scopeLogs") return;
    forEach(value, [&](ondemand::value element) { scopeLogs(element.get_object()); });
  });
}

void Decoder::scopeLogs(ondemand::object object) {
  std::string_view name;
  forFields(object, [&](const Key& key, ondemand::value value) {
    if (key != "scope") return;
    ondemand::object scope = value.get_object();
    forFields(scope, [&](const Key& inner, ondemand::value field) {
      if (inner == "name") name = readString(field);
    });
  });
  visitor_.scope(name);
  object.reset();
  forFields(object, [&](const Key& key, ondemand::value value) {
    if (key == "logRecords") forEach(value, [&](ondemand::value element) { record(element); });
  });
}

void Decoder::record(ondemand::value value) {
  record_.clear();
  recordTexts_.clear();
  ondemand::object object = value.get_object();
  record_.bytes = object.raw_json();
  object.reset();
  forFields(object, [&](const Key& key, ondemand::value field) {
    if (key == "timeUnixNano") {
      record_.time = readUnsigned(field);
    } else if (key == "observedTimeUnixNano") {
      record_.observed = readUnsigned(field);
    } else if (key == "body") {
      record_.body = readAnyValue(field, recordTexts_);
    } else if (key == "attributes") {
      readAttributes(field, recordTexts_, record_.attributes);
    } else if (key == "traceId") {
      record_.traceId = readHexId(field);
    } else if (key == "spanId") {
      record_.spanId = readHexId(field);
    } else if (key == "eventName") {
      record_.eventName = readString(field);
    }
  });
  visitor_.record(record_);
}

}  // namespace

void decodeJsonLogs(std::string_view json, LogsVisitor& visitor) {
  Decoder decoder(visitor);
  decodeDocument(json, [&](ondemand::object root) {
    forFields(root, [&](const Key& key, ondemand::value value) {
      if (key != "resourceLogs") return;
      forEach(value, [&](ondemand::value element) { decoder.resourceLogs(element.get_object()); });
    });
  });
}

std::uint64_t countJsonSpans(std::string_view json) {
  std::uint64_t spans = 0;
  decodeDocument(json, [&](ondemand::object root) {
    forFields(root, [&](const Key& key, ondemand::value resources) {
      if (key != "resourceSpans") return;
      forEach(resources, [&](ondemand::value element) {
        ondemand::object resource = element.get_object();
        forFields(resource, [&](const Key& inner, ondemand::value scopes) {
          if (inner != "scopeSpans") return;
          forEach(scopes, [&](ondemand::value one) {
            ondemand::object scope = one.get_object();
            forFields(scope, [&](const Key& field, ondemand::value list) {
              if (field == "spans") forEach(list, [&](ondemand::value) { ++spans; });
            });
          });
        });
      });
    });
  });
  return spans;
}

}  // namespace orchestrator_exporter::http::otlp
