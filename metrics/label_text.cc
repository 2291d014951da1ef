#include "metrics/label_text.h"

#include "metrics/sink.h"

namespace orchestrator_exporter {

ParsedLabels::ParsedLabels(std::string_view labelText) {
  if (labelText.empty()) return;
  std::string_view rest = labelText.substr(1, labelText.size() - 2);
  while (!rest.empty()) {
    const std::size_t equals = rest.find('=');
    const std::string_view name = rest.substr(0, equals);
    rest.remove_prefix(equals + 2);
    std::size_t end = 0;
    while (rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
    labels_.push_back({name, unescape(rest.substr(0, end))});
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
}

std::string_view ParsedLabels::unescape(std::string_view escaped) {
  if (escaped.find('\\') == std::string_view::npos) return escaped;
  std::string& plain = unescaped_.emplace_back();
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] != '\\') {
      plain += escaped[i];
    } else {
      const char c = escaped[++i];
      plain += c == 'n' ? '\n' : c;
    }
  }
  return plain;
}

// For sinks that keep no text: the labels are taken apart again.
void FamilySink::preparedSample(double value, std::string_view labelText,
                                const SampleExtras& extras) {
  const ParsedLabels labels(labelText);
  sample(value, labels.view(), extras);
}

// For sinks that hold on to nothing.
void FamilySink::sharedSample(double value, const SharedLabels& labels, const Exemplar* exemplar) {
  preparedSample(value, labels.text(), {exemplar, labels.created()});
}

}  // namespace orchestrator_exporter
