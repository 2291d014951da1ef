#include "metrics/rules/testing/test_texts.h"

#include <array>
#include <charconv>
#include <cmath>

#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::rules {

namespace {

std::string shown(const LabelSet& labels) {
  std::string text = "{";
  for (const auto& [name, value] : labels) {
    text.append(text.size() > 1 ? ", " : "").append(name).append("=") += promql::quote(value);
  }
  return text + "}";
}

// The fewest digits that read back as the value, always with an exponent.
std::string scientific(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 40> digits{};
  const auto [end, error] =
      std::to_chars(digits.begin(), digits.end(), value, std::chars_format::scientific);
  std::string text(digits.begin(), end);
  text[text.find('e')] = 'E';
  return text;
}

}  // namespace

std::string shown(const std::vector<ShownAlert>& alerts) {
  if (alerts.empty()) return "[]";
  const std::string indent(12, ' ');
  std::string text = "[\n";
  for (std::size_t i = 0; i < alerts.size(); ++i) {
    text += indent + std::to_string(i) + ":\n";
    text += indent + "  Labels:" + shown(alerts[i].labels) + "\n";
    text += indent + "  Annotations:" + shown(alerts[i].annotations) + "\n";
  }
  return text + indent + "]";
}

std::string shown(const std::vector<ShownSample>& samples) {
  if (samples.empty()) return "nil";
  std::string text;
  for (const ShownSample& sample : samples) {
    text.append(text.empty() ? "" : ", ") += shown(sample.labels) + " " + scientific(sample.value);
  }
  return text;
}

std::string goDuration(Milliseconds duration) {
  const auto all = duration.count();
  if (all < 1000) return all == 0 ? "0s" : std::to_string(all) + "ms";
  std::string text;
  if (all >= 3'600'000) text += std::to_string(all / 3'600'000) + "h";
  if (all >= 60'000) text += std::to_string(all / 60'000 % 60) + "m";
  text += std::to_string(all / 1000 % 60);
  if (all % 1000 != 0) {
    std::string fraction = std::to_string(1000 + all % 1000).substr(1);
    while (fraction.back() == '0') fraction.pop_back();
    text += "." + fraction;
  }
  return text + "s";
}

}  // namespace orchestrator_exporter::rules
