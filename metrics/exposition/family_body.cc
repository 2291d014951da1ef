#include "metrics/exposition/family_body.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>

#include "metrics/base/names.h"
#include "metrics/base/utf8.h"
#include "metrics/exposition/escaping.h"

namespace orchestrator_exporter {

namespace {

constexpr std::size_t kLargestBody = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kKeptBytes = std::size_t{1} << 20;
constexpr std::size_t kMostKeptBytes = std::size_t{32} << 20;

bool byName(const Label& a, const Label& b) { return a.name < b.name; }

bool differWhenEscaped(std::span<const Label> labels, Escaping escaping) {
  std::vector<std::string> names;
  for (const Label& label : labels) names.push_back(escapeLabelName(label.name, escaping));
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) == names.end();
}

// Names are there, are UTF-8 and differ, also as the body spells them; `labels` is sorted.
bool areUsable(std::span<const Label> labels, Escaping escaping) {
  bool legal = true;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!isLegalLabelName(labels[i].name)) {
      if (labels[i].name.empty() || !isUtf8(labels[i].name)) return false;
      legal = false;
    }
    if (i > 0 && labels[i - 1].name == labels[i].name) return false;
  }
  return legal || differWhenEscaped(labels, escaping);
}

// Every family gets a HELP line. Control characters become blanks: a carriage return before the end
// would look like a line end, a tab like a separator.
std::string usableHelp(std::string_view help) {
  if (help.empty()) return "No help text was given.";
  std::string usable = toUtf8(help);
  std::replace_if(
      usable.begin(), usable.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }, ' ');
  return usable;
}

bool haveAscendingBounds(std::span<const Bucket> buckets) {
  const Bucket* before = nullptr;
  for (const Bucket& bucket : buckets) {
    if (std::isnan(bucket.upperBound)) return false;
    if (before != nullptr && bucket.upperBound <= before->upperBound) return false;
    before = &bucket;
  }
  return true;
}

}  // namespace

FamilyBody::FamilyBody(const FamilyHead& head, Refusals& refusals, Escaping escaping)
    : name_(head.name),
      shownName_(escapeMetricName(head.name, escaping)),
      help_(usableHelp(head.help)),
      unit_(head.unit),
      type_(head.type),
      escaping_(escaping),
      refusals_(refusals) {}

void FamilyBody::begin(const FamilyHead& head, bool unique) {
  inUse = true;
  idleBodies = 0;
  checkDuplicates_ = !unique;
  if (head.help == help_ && head.type == type_ && head.unit == unit_) return;
  help_ = usableHelp(head.help);
  unit_ = head.unit;
  type_ = head.type;
  settled_ = false;
  headChanged();
}

std::vector<std::string> FamilyBody::seriesNames() const {
  std::vector<std::string> names{shownName_};
  if (type_ == MetricType::kHistogram) names.push_back(shownName_ + "_bucket");
  if (!isScalar()) names.insert(names.end(), {shownName_ + "_sum", shownName_ + "_count"});
  return names;
}

template <typename Encode>
void FamilyBody::encode(std::span<const Label> labels, Encode encodeOne) {
  const std::size_t begin = body_.size();
  if (begin >= kLargestBody) {
    ++refusals_.invalid;
    return;
  }
  std::vector<Label> sorted;
  if (!std::is_sorted(labels.begin(), labels.end(), byName)) {
    sorted.assign(labels.begin(), labels.end());
    std::sort(sorted.begin(), sorted.end(), byName);
    labels = sorted;
  }
  if (!areUsable(labels, escaping_)) {
    ++refusals_.invalid;
    return;
  }
  mark(begin, encodeOne(labels));
}

void FamilyBody::mark(std::size_t begin, Key key) {
  if (body_.size() > kLargestBody) {
    body_.truncate(begin);
    ++refusals_.invalid;
    return;
  }
  marks_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(key.begin),
                    static_cast<std::uint32_t>(key.end)});
}

void FamilyBody::sample(double value, std::span<const Label> labels, const SampleExtras& extras) {
  if (!isScalar()) {
    ++refusals_.invalid;
    return;
  }
  encode(labels,
         [&](std::span<const Label> sorted) { return encodeSample(value, sorted, extras); });
}

void FamilyBody::preparedSample(double value, std::string_view labelText,
                                const SampleExtras& extras) {
  const std::size_t begin = body_.size();
  if (!isScalar() || begin >= kLargestBody) {
    ++refusals_.invalid;
    return;
  }
  mark(begin, encodePrepared(value, labelText, extras));
}

void FamilyBody::histogram(const HistogramValue& value, std::span<const Label> labels) {
  if (type_ != MetricType::kHistogram || !haveAscendingBounds(value.buckets)) {
    ++refusals_.invalid;
    return;
  }
  encode(labels, [&](std::span<const Label> sorted) { return encodeHistogram(value, sorted); });
}

void FamilyBody::summary(const SummaryValue& value, std::span<const Label> labels) {
  if (type_ != MetricType::kSummary) {
    ++refusals_.invalid;
    return;
  }
  encode(labels, [&](std::span<const Label> sorted) { return encodeSummary(value, sorted); });
}

bool FamilyBody::hasDuplicateAmongFew() const {
  for (std::size_t i = 1; i < marks_.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (key(marks_[i]) == key(marks_[j])) return true;
    }
  }
  return false;
}

std::vector<bool> FamilyBody::findDuplicates() const {
  constexpr std::size_t kFew = 8;
  if (marks_.size() <= kFew && !hasDuplicateAmongFew()) return {};
  // A hash table of places in marks_, plus one; what is looked for lies at or after its hash.
  std::vector<std::uint32_t> seen(std::bit_ceil(marks_.size() * 2));
  const std::size_t mask = seen.size() - 1;
  std::vector<bool> duplicates(marks_.size());
  bool any = false;
  for (std::size_t i = 0; i < marks_.size(); ++i) {
    const std::string_view series = key(marks_[i]);
    std::size_t at = std::hash<std::string_view>{}(series)&mask;
    while (seen[at] != 0 && key(marks_[seen[at] - 1]) != series) at = (at + 1) & mask;
    if (seen[at] == 0) {
      seen[at] = static_cast<std::uint32_t>(i + 1);
    } else {
      duplicates[i] = true;
      any = true;
    }
  }
  return any ? duplicates : std::vector<bool>{};
}

void FamilyBody::dropDuplicates() {
  if (!checkDuplicates_ || marks_.size() < 2) return;
  const std::vector<bool> duplicates = findDuplicates();
  if (duplicates.empty()) return;
  TextBuffer kept;
  for (std::size_t i = 0; i < marks_.size(); ++i) {
    const std::size_t end = i + 1 < marks_.size() ? marks_[i + 1].begin : body_.size();
    if (duplicates[i]) {
      ++refusals_.duplicates;
    } else {
      kept.append(body_.view(marks_[i].begin, end));
    }
  }
  body_ = std::move(kept);
}

void FamilyBody::clear() {
  inUse = false;
  ++idleBodies;
  // What the next scrape will need again stays, up to what a registry of 400,000 series needs.
  const std::size_t needed = std::min(2 * body_.size(), kMostKeptBytes);
  body_.clearAndShrinkAbove(std::max(kKeptBytes, needed));
  const std::size_t marks = std::min(2 * marks_.size() * sizeof(Mark), kMostKeptBytes);
  marks_.clear();
  bodyCleared();
  if (marks_.capacity() * sizeof(Mark) > std::max(kKeptBytes, marks)) marks_.shrink_to_fit();
}

}  // namespace orchestrator_exporter
