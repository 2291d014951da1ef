#include "metrics/profiling/profile.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <utility>

namespace orchestrator_exporter::profiling {

namespace {

template <typename Number>
void appendBytes(std::string& key, Number number) {
  key.append(reinterpret_cast<const char*>(&number), sizeof number);
}

std::string keyOf(const Frame& frame) {
  std::string key;
  for (const std::string* text : {&frame.name, &frame.binary, &frame.file}) {
    appendBytes(key, text->size());
    key += *text;
  }
  appendBytes(key, frame.line);
  appendBytes(key, frame.address);
  key += static_cast<char>(frame.kind);
  return key;
}

std::string threeDigits(double value, const char* unit) {
  std::array<char, 64> text{};
  const int decimals = value == 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const int length = std::snprintf(text.data(), text.size(), "%.*f %s", decimals, value, unit);
  return {text.data(), static_cast<std::size_t>(length)};
}

struct Scale {
  double from;
  const char* unit;
};

std::string scaled(double value, const auto& scales) {
  for (const Scale& scale : scales) {
    if (std::abs(value) >= scale.from) return threeDigits(value / scale.from, scale.unit);
  }
  return threeDigits(value / scales.back().from, scales.back().unit);
}

}  // namespace

Profile::Profile(std::vector<ValueType> types, std::size_t main)
    : types_(std::move(types)), main_(main) {
  if (main_ >= types_.size()) throw std::invalid_argument("a profile needs its main value");
}

std::uint32_t Profile::frame(Frame frame) {
  const auto [place, isNew] =
      frameIndex_.try_emplace(keyOf(frame), static_cast<std::uint32_t>(frames_.size()));
  if (isNew) frames_.push_back(std::move(frame));
  return place->second;
}

void Profile::add(const std::vector<std::uint32_t>& frames,
                  const std::vector<std::int64_t>& values) {
  std::string key(reinterpret_cast<const char*>(frames.data()),
                  frames.size() * sizeof(std::uint32_t));
  const auto [place, isNew] = stackIndex_.try_emplace(std::move(key), stacks_.size());
  if (isNew) stacks_.push_back({frames, std::vector<std::int64_t>(types_.size())});
  Stack& stack = stacks_[place->second];
  for (std::size_t i = 0; i < types_.size(); ++i) stack.values[i] += values.at(i);
}

std::int64_t Profile::total(std::size_t type) const {
  std::int64_t sum = 0;
  for (const Stack& stack : stacks_) sum += stack.values[type];
  return sum;
}

std::size_t Profile::typeOf(std::string_view name) const {
  std::size_t place = 0;
  while (place < types_.size() && types_[place].type != name) ++place;
  return place;
}

std::string valueText(double value, std::string_view unit) {
  constexpr std::array kTimes = {Scale{60e9, "min"}, Scale{1e9, "s"}, Scale{1e6, "ms"},
                                 Scale{1e3, "µs"}, Scale{1, "ns"}};
  constexpr std::array kSizes = {Scale{1073741824, "GiB"}, Scale{1048576, "MiB"},
                                 Scale{1024, "KiB"}, Scale{1, "B"}};
  if (unit == "nanoseconds") return scaled(value, kTimes);
  if (unit == "bytes") return scaled(value, kSizes);
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.0f", value);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string shareText(double value, double total) {
  std::array<char, 64> text{};
  const double share = total > 0 ? 100 * value / total : 0;
  const int length = std::snprintf(text.data(), text.size(), "%.1f%%", share);
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace orchestrator_exporter::profiling
