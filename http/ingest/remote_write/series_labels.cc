#include "http/ingest/remote_write/series_labels.h"

#include <algorithm>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http::remote_write {

namespace {

constexpr std::string_view kMetricName = "__name__";
constexpr std::size_t kMostLabels = 64;

const char* faultOf(std::span<const Label> sorted) {
  bool isNamed = false;
  const Label* before = nullptr;
  for (const Label& label : sorted) {
    if (label.name.empty()) return "a label without a name";
    if (before != nullptr && before->name == label.name) return "a label name twice";
    if (!isUtf8(label.name)) return "a label name that is not UTF-8";
    if (!isUtf8(label.value)) return "a label value that is not UTF-8";
    isNamed = isNamed || (label.name == kMetricName && !label.value.empty());
    before = &label;
  }
  return isNamed ? nullptr : "no metric name";
}

}  // namespace

std::span<const Label> seriesLabels(std::span<Label> labels, const char*& fault) {
  const auto byName = [](const Label& a, const Label& b) { return a.name < b.name; };
  if (!std::ranges::is_sorted(labels, byName)) std::ranges::sort(labels, byName);
  fault = faultOf(labels);
  const auto end = std::remove_if(labels.begin(), labels.end(),
                                  [](const Label& label) { return label.value.empty(); });
  const auto left = labels.first(static_cast<std::size_t>(end - labels.begin()));
  if (fault == nullptr && left.size() > kMostLabels) fault = "more than 64 labels";
  return left;
}

std::string_view metricName(std::span<const Label> labels) {
  const auto name = std::ranges::find(labels, kMetricName, &Label::name);
  return name == labels.end() ? std::string_view() : name->value;
}

}  // namespace orchestrator_exporter::http::remote_write
