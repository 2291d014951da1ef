#include "http/ingest/record_batch.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "metrics/base/errors.h"

namespace orchestrator_exporter::http {

namespace {

// The value of one field of a record.
struct Value {
  enum class Kind : std::uint8_t { kText, kNumber, kOther };
  Kind kind;
  std::string text;  // of a text; as it was written for a number; what it is for others
  double number = 0;

  std::string shown() const {
    return kind == Kind::kOther  ? text
           : kind == Kind::kText ? "'" + ParseError::printable(text) + "'"
                                 : ParseError::printable(text);
  }
};

struct Field {
  std::string name;
  Value value;
};

std::string expected(std::string_view what, const Value& found) {
  return "expected " + std::string(what) + ", got " + found.shown();
}

// The fields of one record in the order of the text.
class RecordFields {
 public:
  void clear() { fields_.clear(); }
  bool has(std::string_view name) const { return find(name) != nullptr; }
  void add(Field field) { fields_.push_back(std::move(field)); }

  // The record. nullopt if there is something wrong with it, and in `fault` what with which field,
  // "tokens: ...": the one check that a pushed record goes through.
  std::optional<CheckedRecord> check(std::size_t longestText, std::string& fault) const {
    Record record;
    if (auto found = convert(record)) {
      fault = std::move(*found);
      return std::nullopt;
    }
    return CheckedRecord::check(std::move(record), longestText, fault);
  }

 private:
  const Value* find(std::string_view name) const {
    for (const Field& field : fields_) {
      if (field.name == name) return &field.value;
    }
    return nullptr;
  }

  // Fills the record with the fields of its type; no other fields may be there. What is wrong.
  std::optional<std::string> convert(Record& record) const {
    const Value* type = find("type");
    if (type == nullptr) return "type: is missing";
    if (type->kind != Value::Kind::kText) return "type: " + expected("a text", *type);
    const auto found = findRecordType(type->text);
    if (!found) {
      return "type: unknown type " + type->shown() + ", expected " + recordTypeNames();
    }
    record.type = *found;
    const RecordShape shape = recordShape(*found);
    for (const Field& field : fields_) {
      if (!isKnown(shape, field.name)) {
        return ParseError::printable(field.name) + ": unknown field of " + std::string(shape.name);
      }
    }
    for (std::size_t i = 0; i < shape.textCount(); ++i) {
      if (auto fault = takeText(shape.texts[i], record.texts[i])) return fault;
    }
    if (auto fault = takeNumber(shape.number, record.type, record.number)) return fault;
    return takeNumber(shape.amount, record.type, record.amount);
  }

  static bool isKnown(const RecordShape& shape, std::string_view name) {
    if (name.empty()) return false;
    for (const std::string_view text : shape.texts) {
      if (text == name) return true;
    }
    return name == "type" || name == shape.number || name == shape.amount;
  }

  std::optional<std::string> takeText(std::string_view name, std::string& text) const {
    const Value* value = find(name);
    if (value == nullptr) return std::string(name) + ": is missing";
    if (value->kind != Value::Kind::kText) {
      return std::string(name) + ": " + expected("a text", *value);
    }
    text = value->text;
    return std::nullopt;
  }

  // Takes none if the type has none of that name.
  std::optional<std::string> takeNumber(std::string_view name, RecordType type,
                                        double& number) const {
    if (name.empty()) return std::nullopt;
    const Value* value = find(name);
    if (value == nullptr) return std::string(name) + ": is missing";
    if (value->kind != Value::Kind::kNumber) {
      return std::string(name) + ": " + expected(numberExpected(type), *value);
    }
    number = value->number;
    return std::nullopt;
  }

  std::vector<Field> fields_;
};

// Follows the text event by event, so that nothing is built of what is refused anyway.
class BatchReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit BatchReader(std::size_t longestText) : longestText_(longestText) {}

  RecordBatch take() && {
    if (batch_.error.empty() && !seen_) batch_.error = "records: is missing";
    if (!batch_.error.empty()) batch_.records.clear();
    return std::move(batch_);
  }

  bool null() override { return value({Value::Kind::kOther, "null"}); }
  bool boolean(bool) override { return value({Value::Kind::kOther, "a boolean"}); }
  bool number_integer(number_integer_t number) override {
    return value({Value::Kind::kNumber, std::to_string(number), static_cast<double>(number)});
  }
  bool number_unsigned(number_unsigned_t number) override {
    return value({Value::Kind::kNumber, std::to_string(number), static_cast<double>(number)});
  }
  bool number_float(number_float_t number, const string_t& text) override {
    return value({Value::Kind::kNumber, text, number});
  }
  bool string(string_t& text) override { return value({Value::Kind::kText, std::move(text)}); }
  bool binary(binary_t&) override { return value({Value::Kind::kOther, "bytes"}); }

  bool start_object(std::size_t) override {
    if (place_ == Place::kBegin) return enter(Place::kBatch);
    if (place_ != Place::kRecords) return value({Value::Kind::kOther, "an object"});
    if (batch_.records.size() == kMostRecords) {
      return refuse("records: expected at most " + std::to_string(kMostRecords) + " records");
    }
    fields_.clear();
    return enter(Place::kRecord);
  }

  bool key(string_t& name) override {
    if (place_ == Place::kBatch) {
      if (name != "records") return refuse(ParseError::printable(name) + ": unknown field");
      if (std::exchange(seen_, true)) return refuse("records: stands there twice");
      return true;
    }
    name_ = std::move(name);
    if (fields_.has(name_)) return refuse(fieldPath() + ": stands there twice");
    return true;
  }

  bool end_object() override {
    if (place_ == Place::kBatch) return enter(Place::kBegin);
    std::string fault;
    auto record = fields_.check(longestText_, fault);
    if (!record) return refuse(recordPath() + "." + fault);
    batch_.records.push_back(std::move(*record));
    return enter(Place::kRecords);
  }

  bool start_array(std::size_t) override {
    if (place_ == Place::kBatch) return enter(Place::kRecords);
    return value({Value::Kind::kOther, "an array"});
  }
  bool end_array() override { return enter(Place::kBatch); }

  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::json::exception& error) override {
    constexpr int kNumberOverflow = 406;  // documented among nlohmann's exceptions
    return refuse("byte " + std::to_string(position) + ": expected " +
                  (error.id == kNumberOverflow ? "a number that fits a double" : "JSON") +
                  ", got '" + ParseError::printable(token) + "'");
  }

 private:
  // Where a value would stand next.
  enum class Place : std::uint8_t { kBegin, kBatch, kRecords, kRecord };

  bool enter(Place place) {
    place_ = place;
    return true;
  }

  bool refuse(std::string error) {
    batch_.error = std::move(error);
    return false;
  }

  bool value(Value found) {
    switch (place_) {
      case Place::kBegin:
        return refuse(expected("an object with the field records", found));
      case Place::kBatch:
        return refuse("records: " + expected("an array", found));
      case Place::kRecords:
        return refuse(recordPath() + ": " + expected("an object", found));
      case Place::kRecord:
        break;
    }
    const bool composed = found.kind == Value::Kind::kOther;
    if (composed) return refuse(fieldPath() + ": " + expected("a text or a number", found));
    fields_.add({std::move(name_), std::move(found)});
    return true;
  }

  std::string recordPath() const {
    return "records[" + std::to_string(batch_.records.size()) + "]";
  }
  std::string fieldPath() const { return recordPath() + "." + ParseError::printable(name_); }

  const std::size_t longestText_;
  Place place_ = Place::kBegin;
  bool seen_ = false;  // "records"
  std::string name_;   // of the field that is being read
  RecordFields fields_;
  RecordBatch batch_;
};

}  // namespace

RecordBatch parseRecordBatch(std::string_view json, std::size_t longestText) {
  BatchReader reader(longestText);
  nlohmann::json::sax_parse(json, &reader);
  return std::move(reader).take();
}

}  // namespace orchestrator_exporter::http
