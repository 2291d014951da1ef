#include "http/ingest/otlp/series_labels.h"

#include <algorithm>

#include "http/ingest/otlp/names.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http::otlp {
namespace {

constexpr std::size_t kMostLabels = 64;
constexpr std::string_view kOrchestrator = "orchestrator_id";
constexpr std::string_view kService = "service_name";

bool isOrchestrator(std::string_view key) {
  return key == "orchestrator.id" || key == kOrchestrator;
}

}  // namespace

void PointLabels::addAttribute(std::vector<Pair>& pairs, const Attribute& attribute) const {
  std::string name = labelName(attribute.key);
  std::string value = valueText(attribute.value);
  if (name.empty() || value.empty()) return;
  // The writer has labels of its own there.
  const bool isTaken =
      (name == "le" && (kind_ == MetricKind::kHistogram || kind_ == MetricKind::kExponential)) ||
      (name == "quantile" && kind_ == MetricKind::kSummary);
  if (isTaken) name.insert(0, "exported_");
  pairs.emplace_back(std::move(name), std::move(value));
}

std::vector<PointLabels::Pair> PointLabels::pairs() const {
  std::vector<const Attribute*> attributes;
  for (const Attribute& attribute : point_) {
    if (!isOrchestrator(attribute.key) && !rules_.dropped.drops(attribute.key)) {
      attributes.push_back(&attribute);
    }
  }
  std::sort(attributes.begin(), attributes.end(),
            [](const Attribute* a, const Attribute* b) { return a->key < b->key; });
  std::vector<Pair> pairs;
  for (const Attribute* attribute : attributes) addAttribute(pairs, *attribute);
  const auto has = [&](std::string_view name) {
    return std::any_of(pairs.begin(), pairs.end(),
                       [&](const Pair& pair) { return pair.first == name; });
  };
  for (const std::string& promoted : rules_.promoted) {
    const AnyValue* value = findAttribute(resource_, promoted);
    if (value != nullptr && !has(labelName(promoted))) addAttribute(pairs, {promoted, *value});
  }
  if (!sender_.serviceName.empty() && !has(kService)) {
    pairs.emplace_back(kService, sender_.serviceName);
  }
  if (rules_.hostLabel && !sender_.host.empty() && !has("host")) {
    pairs.emplace_back("host", sender_.host);
  }
  pairs.emplace_back(kOrchestrator, orchestratorOf(point_, sender_));
  // Stable, so that values of one name stay in the order of their attributes.
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.first < b.first; });
  std::vector<Pair> merged;
  for (Pair& pair : pairs) {
    if (!merged.empty() && merged.back().first == pair.first) {
      merged.back().second += ';' + pair.second;
    } else {
      merged.push_back(std::move(pair));
    }
  }
  return merged;
}

bool PointLabels::areTooMany() const {
  return point_.size() + rules_.promoted.size() + 3 > kMostLabels && pairs().size() > kMostLabels;
}

void PointLabels::append(TextBuffer& out) const {
  std::string_view before = "{";
  for (const auto& [name, value] : pairs()) {
    out.append(before);
    out.append(name);
    out.append("=\"");
    appendEscaped(out, value, true);
    out.append('"');
    before = ",";
  }
  out.append('}');
}

}  // namespace orchestrator_exporter::http::otlp
