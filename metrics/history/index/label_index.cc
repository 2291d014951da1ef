#include "metrics/history/index/label_index.h"

#include <algorithm>

namespace orchestrator_exporter::history {

namespace {

std::size_t heldBytesOf(const LabelIndex::Value& value) {
  return sizeof(LabelIndex::Value) + sizeof(std::string) + value.text.size();
}

}  // namespace

LabelIndex::Labels LabelIndex::add(SeriesId series, std::span<const Label> labels) {
  Labels added;
  added.reserve(labels.size());
  for (const Label& label : labels) {
    Value& value = intern(label);
    value.series.push_back(series);
    heldBytes_ += sizeof(SeriesId);
    added.push_back(&value);
  }
  return added;
}

LabelIndex::Value& LabelIndex::intern(const Label& label) {
  auto name = names_.find(label.name);
  if (name == names_.end()) {
    name = names_.emplace(label.name, Name{}).first;
    name->second.text = name->first;
  }
  auto& values = name->second.values;
  auto value = values.find(label.value);
  if (value == values.end()) {
    value = values.emplace(label.value, Value{&name->second, {}, {}}).first;
    value->second.text = value->first;
    heldBytes_ += heldBytesOf(value->second);
  }
  return value->second;
}

void LabelIndex::remove(std::span<const SeriesId> series, std::vector<const Value*> labels) {
  std::ranges::sort(labels);
  const auto repeated = std::ranges::unique(labels);
  labels.erase(repeated.begin(), repeated.end());
  for (const Value* label : labels) {
    const auto name = names_.find(label->name->text);
    const auto value = name->second.values.find(label->text);
    Postings& all = value->second.series;
    const std::size_t erased =
        std::erase_if(all, [&](SeriesId id) { return std::ranges::binary_search(series, id); });
    heldBytes_ -= erased * sizeof(SeriesId);
    if (all.empty()) {
      heldBytes_ -= heldBytesOf(value->second);
      name->second.values.erase(value);
    }
    if (name->second.values.empty()) names_.erase(name);
  }
}

bool LabelIndex::appendSeries(std::string_view name, std::string_view value, SeriesId after,
                              std::size_t most, Postings& series) const {
  const auto known = names_.find(name);
  if (known == names_.end()) return false;
  const auto found = known->second.values.find(value);
  if (found == known->second.values.end()) return false;
  const Postings& all = found->second.series;
  const auto from = std::ranges::upper_bound(all, after);
  const auto left = static_cast<std::size_t>(all.end() - from);
  series.insert(series.end(), from, from + static_cast<std::ptrdiff_t>(std::min(left, most)));
  return left > most;
}

bool LabelIndex::appendValues(std::string_view name, std::string_view after, std::size_t most,
                              std::vector<std::string>& values) const {
  const auto known = names_.find(name);
  if (known == names_.end()) return false;
  const auto& all = known->second.values;
  auto at = all.upper_bound(after);
  for (; at != all.end() && most > 0; ++at, --most) values.push_back(at->first);
  return at != all.end();
}

std::vector<std::string> LabelIndex::names() const {
  std::vector<std::string> all;
  for (const auto& [name, values] : names_) all.push_back(name);
  return all;
}

LabelSet LabelIndex::labelSet(const Labels& labels) {
  std::vector<LabelSet::Pair> pairs;
  pairs.reserve(labels.size());
  for (const Value* label : labels) pairs.emplace_back(label->name->text, label->text);
  return LabelSet(std::move(pairs));
}

std::vector<Label> LabelIndex::views(const Labels& labels) {
  std::vector<Label> views;
  views.reserve(labels.size());
  for (const Value* label : labels) views.push_back({label->name->text, label->text});
  return views;
}

bool LabelIndex::equal(const Labels& labels, std::span<const Label> others) {
  return std::equal(labels.begin(), labels.end(), others.begin(), others.end(),
                    [](const Value* label, const Label& other) {
                      return label->text == other.value && label->name->text == other.name;
                    });
}

std::string_view LabelIndex::valueOf(const Labels& labels, std::string_view name) {
  for (const Value* label : labels) {
    if (label->name->text == name) return label->text;
  }
  return {};
}

}  // namespace orchestrator_exporter::history
