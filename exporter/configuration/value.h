#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "exporter/configuration/faults.h"

namespace orchestrator_exporter::configuration {

// What the file says for a key, checked against the key's table, or the key's default. Asking for a
// key that no table has, or for another kind of value, is a mistake in the program
// (std::logic_error).
class Value {
 public:
  using Scalar = std::variant<std::monostate, bool, std::int64_t, double, std::chrono::milliseconds,
                              std::string>;

  Value() = default;
  Value(Scalar scalar, Place place, bool given)
      : scalar_(std::move(scalar)), place_(place), given_(given) {}

  // Whether the file has it.
  bool given() const { return given_; }
  Place place() const { return place_; }
  // Of what is neither a list nor a map: whether there is a value, from the file or as a default.
  bool has() const { return !std::holds_alternative<std::monostate>(scalar_); }

  const std::string& text() const;  // of kText, kSecret, kPath and kChoice
  bool enabled() const;
  std::int64_t integer() const;  // of kInteger, and of kSize in bytes
  double number() const;
  std::chrono::milliseconds duration() const;

  // Of a kMap: the value of a known key.
  const Value& operator[](std::string_view key) const;
  // Of a kList and kNamed, in the order of the file; the names of the latter.
  const std::vector<Value>& elements() const { return elements_; }
  const std::vector<std::string>& names() const { return names_; }
  // Of a kList of texts.
  std::vector<std::string> texts() const;
  // Of a kNamed of texts.
  std::vector<std::pair<std::string, std::string>> pairs() const;

  // For who makes values: an element of a list, or the value of a key or name.
  void add(Value element) { elements_.push_back(std::move(element)); }
  void add(std::string name, Value value);

  // Whether both say the same, wherever it stands.
  bool operator==(const Value& other) const;

 private:
  template <typename Type>
  const Type& as() const;

  Scalar scalar_;
  std::vector<std::string> names_;  // as many as elements, or none
  std::vector<Value> elements_;
  Place place_;
  bool given_ = false;
};

}  // namespace orchestrator_exporter::configuration
