#include "metrics/recording/record.h"

#include <algorithm>
#include <utility>

#include "metrics/base/errors.h"
#include "metrics/base/number_format.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

std::string listed(std::span<const std::string_view> choices) {
  std::string list;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) list += i + 1 < choices.size() ? ", " : " or ";
    list += choices[i];
  }
  return list;
}

std::string expectedText(const RecordShape& shape, Rejection rejection) {
  switch (rejection) {
    case Rejection::kEmptyIdentifier:
      return "a text that is not empty";
    case Rejection::kUnknownValue:
      return listed(shape.choices);
    default:
      return "UTF-8";
  }
}

std::optional<Rejection> rejectionOfText(const RecordShape& shape, std::size_t index,
                                         std::string_view text) {
  if (const auto rejection = rejectionOf(text)) return rejection;
  const bool chosen = !shape.choices.empty() && index + 1 == shape.textCount();
  if (chosen &&
      std::find(shape.choices.begin(), shape.choices.end(), text) == shape.choices.end()) {
    return Rejection::kUnknownValue;
  }
  return std::nullopt;
}

}  // namespace

std::optional<RecordType> findRecordType(std::string_view name) {
  for (std::size_t i = 0; i < kRecordTypes; ++i) {
    if (recordShape(static_cast<RecordType>(i)).name == name) return static_cast<RecordType>(i);
  }
  return std::nullopt;
}

std::string recordTypeNames() {
  std::array<std::string_view, kRecordTypes> names;
  for (std::size_t i = 0; i < kRecordTypes; ++i) {
    names[i] = recordShape(static_cast<RecordType>(i)).name;
  }
  return listed(names);
}

std::optional<Rejection> rejectionOf(std::string_view identifier) {
  if (identifier.empty()) return Rejection::kEmptyIdentifier;
  if (!isUtf8(identifier)) return Rejection::kNotUtf8;
  return std::nullopt;
}

std::optional<Rejection> rejectionOf(RecordType type, std::span<const std::string_view> texts) {
  const RecordShape shape = recordShape(type);
  for (std::size_t i = 0; i < shape.textCount(); ++i) {
    if (const auto rejection = rejectionOfText(shape, i, texts[i])) return rejection;
  }
  return std::nullopt;
}

std::string numberExpected(RecordType type, std::optional<Rejection> rejection) {
  if (recordShape(type).least < 0) return "a finite number";
  const double most = recordShape(type).most;
  const bool bounded = most != std::numeric_limits<double>::max() &&
                       (most != kMostAdded || rejection == Rejection::kOutOfRange);
  if (!bounded) return "a number >= 0";
  TextBuffer text;
  appendBound(text, most, false);
  return "a number from 0 to " + std::string(text.view());
}

std::optional<std::string> findFault(const Record& record, std::size_t longest) {
  const RecordShape shape = recordShape(record.type);
  for (std::size_t i = 0; i < shape.textCount(); ++i) {
    if (const auto rejection = rejectionOfText(shape, i, record.texts[i])) {
      return std::string(shape.texts[i]) + ": expected " + expectedText(shape, *rejection) +
             ", got '" + ParseError::printable(record.texts[i]) + "'";
    }
    if (record.texts[i].size() > longest) {
      return std::string(shape.texts[i]) + ": expected at most " + std::to_string(longest) +
             " bytes, got " + std::to_string(record.texts[i].size());
    }
  }
  const auto faultOf = [&](std::string_view name, double number, const auto& rejection) {
    return std::string(name) + ": expected " + numberExpected(record.type, rejection) + ", got " +
           numberText(number);
  };
  if (shape.number.empty()) return std::nullopt;
  if (const auto rejection = rejectionOf(record.type, record.number)) {
    return faultOf(shape.number, record.number, rejection);
  }
  if (shape.amount.empty()) return std::nullopt;
  if (const auto rejection = rejectionOf(record.amount, kMostAdded)) {
    return faultOf(shape.amount, record.amount, rejection);
  }
  return std::nullopt;
}

std::optional<CheckedRecord> CheckedRecord::check(Record record, std::size_t longest,
                                                  std::string& fault) {
  if (auto found = findFault(record, longest)) {
    fault = std::move(*found);
    return std::nullopt;
  }
  return CheckedRecord(std::move(record));
}

}  // namespace orchestrator_exporter
