#include "http/ingest/otlp/decoding/protobuf_attributes.h"

#include <nlohmann/json.hpp>
#include <protozero/exception.hpp>
#include <utility>

#include "metrics/base/errors.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http::otlp {
namespace {

enum Field : protozero::pbf_tag_type { kKey = 1, kValue = 2 };
enum ValueField : protozero::pbf_tag_type {
  kStringValue = 1,
  kBoolValue,
  kIntValue,
  kDoubleValue,
  kArrayValue,
  kMapValue,
  kBytesValue,
};

// As in a Prometheus label: maps and lists as JSON, of which no more is made than is kept.
class JsonText {
 public:
  void any(protozero::pbf_reader message, std::size_t depth) {
    if (depth > kMostNesting) throw ParseError("attribute values are nested too deeply");
    bool any = false;
    while (message.next()) {
      any = true;
      switch (message.tag_and_type()) {
        case bytes(kStringValue):
          string(viewOf(message.get_view()));
          break;
        case varint(kBoolValue):
          text_ += message.get_bool() ? "true" : "false";
          break;
        case varint(kIntValue):
          text_ += std::to_string(message.get_int64());
          break;
        case fixed64(kDoubleValue):
          text_ += nlohmann::json(message.get_double()).dump();
          break;
        case bytes(kArrayValue):
          list(message.get_message(), depth);
          break;
        case bytes(kMapValue):
          map(message.get_message(), depth);
          break;
        case bytes(kBytesValue): {
          Texts texts;
          string(texts.keepHex(viewOf(message.get_view()).substr(0, kLongestValue)));
          break;
        }
        default:
          message.skip();
      }
    }
    if (!any) text_ += "null";
  }
  std::string take() { return std::move(text_); }

 private:
  bool isFull() const { return text_.size() > kLongestValue; }

  void string(std::string_view value) {
    if (isFull()) return;
    text_ += nlohmann::json(toUtf8(value.substr(0, kLongestValue))).dump();
  }
  void list(protozero::pbf_reader message, std::size_t depth) {
    text_ += '[';
    for (bool first = true; !isFull() && nextMessage(message, kKey); first = false) {
      if (!first) text_ += ',';
      any(message.get_message(), depth + 1);
    }
    text_ += ']';
  }
  void map(protozero::pbf_reader message, std::size_t depth) {
    text_ += '{';
    for (bool first = true; !isFull() && nextMessage(message, kKey); first = false) {
      if (!first) text_ += ',';
      protozero::pbf_reader pair = message.get_message();
      protozero::pbf_reader value;
      std::string_view key;
      while (pair.next()) {
        if (pair.tag_and_type() == bytes(kKey)) {
          key = viewOf(pair.get_view());
        } else if (pair.tag_and_type() == bytes(kValue)) {
          value = pair.get_message();
        } else {
          pair.skip();
        }
      }
      string(key);
      text_ += ':';
      any(value, depth + 1);
    }
    text_ += '}';
  }

  std::string text_;
};

}  // namespace

AnyValue readAnyValue(protozero::pbf_reader message, Texts& texts) {
  AnyValue value;
  const protozero::pbf_reader whole = message;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes(kStringValue):
        value.type = AnyValue::Type::kString;
        value.text = viewOf(message.get_view());
        break;
      case varint(kBoolValue):
        value.type = AnyValue::Type::kBool;
        value.boolean = message.get_bool();
        break;
      case varint(kIntValue):
        value.type = AnyValue::Type::kInt;
        value.integer = message.get_int64();
        break;
      case fixed64(kDoubleValue):
        value.type = AnyValue::Type::kDouble;
        value.number = message.get_double();
        break;
      case bytes(kArrayValue):
      case bytes(kMapValue):
      case bytes(kBytesValue): {
        JsonText json;
        json.any(whole, 0);
        value.type = AnyValue::Type::kJson;
        value.text = texts.keep(json.take());
        return value;
      }
      default:
        message.skip();
    }
  }
  return value;
}

void appendAttribute(protozero::pbf_reader message, Texts& texts, std::vector<Attribute>& out) {
  if (out.size() > kMostAttributes) return;
  Attribute& attribute = out.emplace_back();
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes(kKey):
        attribute.key = viewOf(message.get_view());
        break;
      case bytes(kValue):
        attribute.value = readAnyValue(message.get_message(), texts);
        break;
      default:
        message.skip();
    }
  }
}

std::string_view readId(std::string_view bytes, Texts& texts) {
  constexpr std::size_t kTraceIdBytes = 16;
  if (bytes.empty() || bytes.size() > kTraceIdBytes) return {};
  return texts.keepHex(bytes);
}

void checkFrames(std::string_view bytes) {
  protozero::pbf_reader message(bytes.data(), bytes.size());
  while (message.next()) message.skip();
}

}  // namespace orchestrator_exporter::http::otlp
