#include "exporter/configuration/value.h"

#include <algorithm>
#include <stdexcept>

namespace orchestrator_exporter::configuration {

template <typename Type>
const Type& Value::as() const {
  if (const Type* const value = std::get_if<Type>(&scalar_)) return *value;
  throw std::logic_error(has() ? "a configuration value of another kind"
                               : "a configuration value that is not there");
}

const std::string& Value::text() const { return as<std::string>(); }
bool Value::enabled() const { return as<bool>(); }
std::int64_t Value::integer() const { return as<std::int64_t>(); }
double Value::number() const { return as<double>(); }
std::chrono::milliseconds Value::duration() const { return as<std::chrono::milliseconds>(); }

const Value& Value::operator[](std::string_view key) const {
  const auto name = std::find(names_.begin(), names_.end(), key);
  if (name == names_.end()) throw std::logic_error("nobody declares the key " + std::string(key));
  return elements_[static_cast<std::size_t>(name - names_.begin())];
}

std::vector<std::string> Value::texts() const {
  std::vector<std::string> texts;
  for (const Value& element : elements_) texts.push_back(element.text());
  return texts;
}

std::vector<std::pair<std::string, std::string>> Value::pairs() const {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i < names_.size(); ++i)
    pairs.emplace_back(names_[i], elements_[i].text());
  return pairs;
}

void Value::add(std::string name, Value value) {
  names_.push_back(std::move(name));
  elements_.push_back(std::move(value));
}

bool Value::operator==(const Value& other) const {
  return scalar_ == other.scalar_ && names_ == other.names_ && elements_ == other.elements_;
}

}  // namespace orchestrator_exporter::configuration
