#include "http/ingest/otlp/decoding/json_values.h"

#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::http::otlp::json {
namespace {

[[noreturn]] void fail(std::string_view expected, std::string_view found) {
  throw ParseError("expected " + std::string(expected) + ", got '" + ParseError::printable(found) +
                   "'");
}

// The library keeps four bytes for each of them and for each value between them.
constexpr std::size_t kMostMarks = 12'000'000;

// That brackets outside of strings match, and that nothing follows the last: the library looks at
// what it is asked for only. And that there are no more marks than a large request has.
void checkNesting(std::string_view json) {
  std::array<char, kMostNesting> open;
  std::size_t depth = 0;
  bool inString = false;
  bool isOver = false;
  std::size_t marks = 0;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (isOver) {
      if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
      throw ParseError("something follows the JSON");
    }
    if (inString) {
      if (c == '\\') ++i;
      if (c == '"') inString = false;
      continue;
    }
    switch (c) {
      case '"':
        inString = true;
        break;
      case ',':
      case ':':
        if (++marks > kMostMarks) throw ParseError("the JSON has too many parts");
        break;
      case '{':
      case '[':
        if (++marks > kMostMarks) throw ParseError("the JSON has too many parts");
        if (depth == open.size()) throw ParseError("the JSON is nested too deeply");
        open[depth++] = c == '{' ? '}' : ']';
        break;
      case '}':
      case ']':
        if (depth == 0 || open[--depth] != c) throw ParseError("brackets of the JSON do not match");
        isOver = depth == 0;
        break;
      default:
        break;
    }
  }
  if (!isOver) throw ParseError("the JSON ends early");
}

enum class ValueKind : std::uint8_t { kNone, kString, kBool, kInt, kDouble, kArray, kMap, kBytes };

ValueKind kindOf(const Key& key) {
  if (key == "stringValue") return ValueKind::kString;
  if (key == "intValue") return ValueKind::kInt;
  if (key == "boolValue") return ValueKind::kBool;
  if (key == "doubleValue") return ValueKind::kDouble;
  if (key == "arrayValue") return ValueKind::kArray;
  if (key == "kvlistValue") return ValueKind::kMap;
  if (key == "bytesValue") return ValueKind::kBytes;
  return ValueKind::kNone;
}

// As a label shows it: lists and maps as JSON, of which no more is made than is kept.
class JsonText {
 public:
  void any(ondemand::value value) {
    ValueKind kind = ValueKind::kNone;
    ondemand::object object = value.get_object();
    forFields(object, [&](const Key& key, ondemand::value inner) {
      if (kind != ValueKind::kNone) return;
      kind = kindOf(key);
      if (kind != ValueKind::kNone) valueOf(kind, inner);
    });
    if (kind == ValueKind::kNone) text_ += "null";
  }
  void valueOf(ValueKind kind, ondemand::value value) {
    switch (kind) {
      case ValueKind::kNone:
        break;
      case ValueKind::kString:
      case ValueKind::kBytes:
        string(readString(value));
        break;
      case ValueKind::kBool:
        text_ += readBool(value) ? "true" : "false";
        break;
      case ValueKind::kInt:
        text_ += std::to_string(readInteger(value));
        break;
      case ValueKind::kDouble:
        text_ += nlohmann::json(readDouble(value)).dump();
        break;
      case ValueKind::kArray:
        list(value);
        break;
      case ValueKind::kMap:
        map(value);
        break;
    }
  }
  std::string take() { return std::move(text_); }

 private:
  bool isFull() const { return text_.size() > kLongestValue; }

  void string(std::string_view value) {
    if (isFull()) return;
    text_ += nlohmann::json(cutToUtf8(value, kLongestValue)).dump();
  }
  template <typename One>
  void values(ondemand::value value, One one) {
    bool isFirst = true;
    ondemand::object object = value.get_object();
    forFields(object, [&](const Key& key, ondemand::value inner) {
      if (key != "values") return;
      forEach(inner, [&](ondemand::value element) {
        if (isFull()) return;
        if (!std::exchange(isFirst, false)) text_ += ',';
        one(element);
      });
    });
  }
  void list(ondemand::value value) {
    text_ += '[';
    values(value, [this](ondemand::value element) { any(element); });
    text_ += ']';
  }
  void map(ondemand::value value) {
    text_ += '{';
    values(value, [this](ondemand::value element) {
      ondemand::object pair = element.get_object();
      forFields(pair, [this](const Key& key, ondemand::value inner) {
        if (key == "key") {
          string(readString(inner));
          text_ += ':';
        } else if (key == "value") {
          any(inner);
        }
      });
    });
    text_ += '}';
  }

  std::string text_;
};

}  // namespace

std::uint64_t readUnsigned(ondemand::value value) {
  if (value.type() != ondemand::json_type::string) return value.get_uint64();
  const std::string_view text = value.get_string();
  const auto number = parseUnsigned(text);
  if (!number) fail("a whole number", text);
  return *number;
}

std::int64_t readInteger(ondemand::value value) {
  if (value.type() != ondemand::json_type::string) return value.get_int64();
  const std::string_view text = value.get_string();
  const auto number = parseInteger(text);
  if (!number) fail("a whole number", text);
  return *number;
}

double readDouble(ondemand::value value) {
  if (value.type() != ondemand::json_type::string) return value.get_double();
  const std::string_view text = value.get_string();
  const auto number = parseNumber(text);
  if (!number) fail("a number", text);
  return *number;
}

bool readBool(ondemand::value value) {
  if (value.type() != ondemand::json_type::string) return value.get_bool();
  return std::string_view(value.get_string()) == "true";
}

std::string_view readString(ondemand::value value) {
  if (value.is_null()) return {};
  return value.get_string();
}

std::string_view readHexId(ondemand::value value) {
  constexpr std::size_t kTraceIdDigits = 32;
  const std::string_view id = readString(value);
  const bool isId = id.size() <= kTraceIdDigits &&
                    id.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  return isId ? id : std::string_view();
}

int readTemporality(ondemand::value value) {
  if (value.type() == ondemand::json_type::string) {
    const std::string_view name = value.get_string();
    if (name == "AGGREGATION_TEMPORALITY_DELTA") return 1;
    if (name == "AGGREGATION_TEMPORALITY_CUMULATIVE") return 2;
    return 0;
  }
  const std::int64_t number = value.get_int64();
  return number == 1 || number == 2 ? static_cast<int>(number) : 0;
}

// The first of several values counts, so that no text is unescaped twice.
AnyValue readAnyValue(ondemand::value value, Texts& texts) {
  AnyValue read;
  ondemand::object object = value.get_object();
  ValueKind kind = ValueKind::kNone;
  forFields(object, [&](const Key& key, ondemand::value inner) {
    if (kind != ValueKind::kNone) return;
    kind = kindOf(key);
    switch (kind) {
      case ValueKind::kString:
        read.type = AnyValue::Type::kString;
        read.text = readString(inner);
        break;
      case ValueKind::kBool:
        read.type = AnyValue::Type::kBool;
        read.boolean = readBool(inner);
        break;
      case ValueKind::kInt:
        read.type = AnyValue::Type::kInt;
        read.integer = readInteger(inner);
        break;
      case ValueKind::kDouble:
        read.type = AnyValue::Type::kDouble;
        read.number = readDouble(inner);
        break;
      case ValueKind::kArray:
      case ValueKind::kMap:
      case ValueKind::kBytes: {
        JsonText json;
        json.valueOf(kind, inner);
        read.type = AnyValue::Type::kJson;
        read.text = texts.keep(json.take());
        break;
      }
      case ValueKind::kNone:
        break;
    }
  });
  return read;
}

void readAttributes(ondemand::value value, Texts& texts, std::vector<Attribute>& out) {
  forEach(value, [&](ondemand::value element) {
    if (out.size() > kMostAttributes) return;
    Attribute& attribute = out.emplace_back();
    ondemand::object pair = element.get_object();
    forFields(pair, [&](const Key& key, ondemand::value inner) {
      if (key == "key") {
        attribute.key = readString(inner);
      } else if (key == "value") {
        attribute.value = readAnyValue(inner, texts);
      }
    });
  });
}

void decodeDocument(std::string_view json, void (*decode)(ondemand::object root, void* context),
                    void* context) {
  checkNesting(json);
  try {
    const simdjson::padded_string padded(json);
    ondemand::parser parser;
    ondemand::document document = parser.iterate(padded);
    decode(document.get_object(), context);
  } catch (const simdjson::simdjson_error& error) {
    throw ParseError("no JSON of this kind: " + std::string(error.what()));
  }
}

}  // namespace orchestrator_exporter::http::otlp::json
