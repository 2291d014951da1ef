#include "metrics/rules/testing/test_texts.h"

#include <array>
#include <charconv>
#include <cmath>

#include "metrics/promql/syntax/literals.h"
#include "metrics/text_template/time_layout.h"

namespace orchestrator_exporter::rules {

namespace {

template <typename Pairs>
std::string shownPairs(const Pairs& labels) {
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
    text += indent + "  Labels:" + shownPairs(alerts[i].labels) + "\n";
    text += indent + "  Annotations:" + shownPairs(alerts[i].annotations) + "\n";
  }
  return text + indent + "]";
}

std::string shown(const std::vector<ShownSample>& samples) {
  if (samples.empty()) return "nil";
  std::string text;
  for (const ShownSample& sample : samples) {
    text.append(text.empty() ? "" : ", ") +=
        shownPairs(sample.labels) + " " + scientific(sample.value);
  }
  return text;
}

std::string goDuration(Milliseconds duration) {
  return text_template::durationText(std::chrono::nanoseconds(duration).count());
}

}  // namespace orchestrator_exporter::rules
