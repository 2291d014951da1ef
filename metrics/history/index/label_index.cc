#include "metrics/history/index/label_index.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace orchestrator_exporter::history {

// A value of a label, and behind it in one allocation its text.
class LabelIndex::Value {
 public:
  static Value* make(const Name& name, std::string_view text) {
    void* const memory = ::operator new(sizeof(Value) + text.size());
    auto* const value = new (memory) Value(name, static_cast<std::uint32_t>(text.size()));
    if (!text.empty()) std::memcpy(reinterpret_cast<char*>(value + 1), text.data(), text.size());
    return value;
  }

  std::string_view text() const { return {reinterpret_cast<const char*>(this + 1), size_}; }
  const Name& name() const { return name_; }
  std::size_t heldBytes() const { return sizeof *this + size_ + series.heldBytes(); }

  PostingList series;

 private:
  Value(const Name& name, std::uint32_t size) : name_(name), size_(size) {}

  const Name& name_;
  const std::uint32_t size_;
};

void LabelIndex::ValueDeleter::operator()(Value* value) const {
  value->~Value();
  ::operator delete(value);
}

LabelIndex::Labels::Labels(std::span<const ValueId> values)
    : words_(std::make_unique_for_overwrite<ValueId[]>(values.size() + 1)) {
  words_[0] = static_cast<ValueId>(values.size());
  std::ranges::copy(values, &words_[1]);
}

Label LabelIndex::label(ValueId value) const {
  return {values_[value]->name().text, values_[value]->text()};
}

auto LabelIndex::textOf() const {
  return [this](ValueId value) { return values_[value]->text(); };
}

LabelIndex::Labels LabelIndex::add(SeriesId series, std::span<const Label> labels) {
  std::vector<ValueId> added;
  added.reserve(labels.size());
  for (const Label& label : labels) {
    added.push_back(intern(label));
    PostingList& all = values_[added.back()]->series;
    heldBytes_ -= all.heldBytes();
    all.append(series);
    heldBytes_ += all.heldBytes();
  }
  return Labels(added);
}

ValueId LabelIndex::intern(const Label& label) {
  auto name = names_.find(label.name);
  if (name == names_.end()) {
    name = names_.emplace(label.name, Name{}).first;
    name->second.text = name->first;
  }
  if (const auto known = name->second.values.find(label.value, textOf())) return *known;
  const ValueId made = make(name->second, label.value);
  name->second.values.insert(made, textOf());
  return made;
}

ValueId LabelIndex::make(const Name& name, std::string_view text) {
  if (free_.empty()) {
    free_.push_back(static_cast<ValueId>(values_.size()));
    values_.emplace_back();
  }
  const ValueId id = free_.back();
  values_[id].reset(Value::make(name, text));
  free_.pop_back();
  heldBytes_ += sizeof values_[id] + sizeof id + values_[id]->heldBytes();
  return id;
}

void LabelIndex::remove(std::span<const SeriesId> series, std::vector<ValueId> values) {
  std::ranges::sort(values);
  const auto repeated = std::ranges::unique(values);
  values.erase(repeated.begin(), repeated.end());
  for (const ValueId id : values) {
    PostingList& all = values_[id]->series;
    heldBytes_ -= all.heldBytes();
    all.remove(series);
    heldBytes_ += all.heldBytes();
    if (all.empty()) forget(id);
  }
}

void LabelIndex::forget(ValueId id) {
  const auto name = names_.find(values_[id]->name().text);
  name->second.values.erase(id, textOf());
  if (name->second.values.empty()) names_.erase(name);
  heldBytes_ -= sizeof values_[id] + sizeof id + values_[id]->heldBytes();
  values_[id].reset();
  free_.push_back(id);
}

const LabelIndex::Value* LabelIndex::find(std::string_view name, std::string_view value) const {
  const auto known = names_.find(name);
  if (known == names_.end()) return nullptr;
  const auto found = known->second.values.find(value, textOf());
  return found ? values_[*found].get() : nullptr;
}

bool LabelIndex::appendSeries(std::string_view name, std::string_view value, SeriesId after,
                              std::size_t most, Postings& series) const {
  const Value* const found = find(name, value);
  return found != nullptr && found->series.appendTo(series, after, most);
}

std::size_t LabelIndex::countSeries(std::string_view name, std::string_view value) const {
  const Value* const found = find(name, value);
  return found == nullptr ? 0 : found->series.count();
}

bool LabelIndex::appendValues(std::string_view name, std::string_view after, std::size_t most,
                              std::vector<std::string>& values) const {
  const auto known = names_.find(name);
  if (known == names_.end()) return false;
  return known->second.values.forEachAfter(
      after, most, textOf(), [&](ValueId value) { values.emplace_back(values_[value]->text()); });
}

std::vector<std::string> LabelIndex::names() const {
  std::vector<std::string> all;
  for (const auto& [name, values] : names_) all.push_back(name);
  return all;
}

LabelSet LabelIndex::labelSet(const Labels& labels) const {
  std::vector<LabelSet::Pair> pairs;
  pairs.reserve(labels.values().size());
  for (const ValueId value : labels.values()) {
    const Label label = this->label(value);
    pairs.emplace_back(label.name, label.value);
  }
  return LabelSet(std::move(pairs));
}

std::vector<Label> LabelIndex::views(const Labels& labels) const {
  std::vector<Label> views;
  views.reserve(labels.values().size());
  for (const ValueId value : labels.values()) views.push_back(label(value));
  return views;
}

bool LabelIndex::equal(const Labels& labels, std::span<const Label> others) const {
  return std::ranges::equal(labels.values(), others, [this](ValueId value, const Label& other) {
    const Label label = this->label(value);
    return label.value == other.value && label.name == other.name;
  });
}

std::string_view LabelIndex::valueOf(const Labels& labels, std::string_view name) const {
  for (const ValueId value : labels.values()) {
    if (const Label found = label(value); found.name == name) return found.value;
  }
  return {};
}

}  // namespace orchestrator_exporter::history
