#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace orchestrator_exporter {

// Bytes of an attribute's value; the rest of it is cut.
inline constexpr std::size_t kLongestValue = 1'024;

// The value of an attribute as OpenTelemetry has it. Views belong to whoever made it.
struct AnyValue {
  enum class Type : std::uint8_t { kNone, kString, kBool, kInt, kDouble, kJson };
  Type type = Type::kNone;
  bool boolean = false;
  std::int64_t integer = 0;
  double number = 0;
  std::string_view text = {};  // of a string; of kJson an array, a map or bytes as JSON
};

struct Attribute {
  std::string_view key;
  AnyValue value;
};

// The first of this key; null if there is none.
const AnyValue* findAttribute(std::span<const Attribute> attributes, std::string_view key);

// Valid UTF-8 of at most so many bytes.
std::string cutToUtf8(std::string_view text, std::size_t bytes);

// The text of a value as a label has it: strings as they are, others as JSON, at most
// kLongestValue bytes. Empty for a value that is not there.
std::string valueText(const AnyValue& value);
// The same of the attribute of this key; empty if there is none.
std::string attributeText(std::span<const Attribute> attributes, std::string_view key);

// A number, which may be sent as a string; nullopt for anything else, and for what is not finite.
std::optional<double> attributeNumber(std::span<const Attribute> attributes, std::string_view key);

}  // namespace orchestrator_exporter
