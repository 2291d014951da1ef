#include "metrics/exposition/text_parser.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "metrics/base/number_parse.h"
#include "metrics/exposition/text_line.h"

namespace orchestrator_exporter {

namespace {

bool isDistribution(MetricType type) {
  return type == MetricType::kHistogram || type == MetricType::kSummary;
}

// The types that the format knows. `gaugehistogram` is not among them: it has no place in 0.0.4.
std::optional<MetricType> typeOf(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (lower == "counter") return MetricType::kCounter;
  if (lower == "gauge") return MetricType::kGauge;
  if (lower == "histogram") return MetricType::kHistogram;
  if (lower == "summary") return MetricType::kSummary;
  if (lower == "untyped") return MetricType::kUntyped;
  return std::nullopt;
}

bool areEqual(const std::vector<Label>& a, const std::vector<Label>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Label& x, const Label& y) {
    return x.name == y.name && x.value == y.value;
  });
}

// One text for each set of labels: 0xFF is in no UTF-8.
std::string keyOf(const std::vector<Label>& labels) {
  std::string key;
  for (const Label& label : labels) {
    key.append(label.name).append(1, '\xFF').append(label.value).append(1, '\xFF');
  }
  return key;
}

std::uint64_t countOf(const TextLine& line, double value) {
  constexpr double kTooLarge = 18446744073709551616.0;  // 2^64
  if (value >= 0 && value < kTooLarge) return static_cast<std::uint64_t>(value);
  line.fail("a count", line.all());
}

void checkTimestamp(TextLine& line) {
  line.skipBlanks();
  const std::string_view word = line.takeWord();
  const char* const begin =
      word.data() + (word.starts_with('+') && !word.starts_with("+-") ? 1 : 0);
  const char* const wordEnd = word.data() + word.size();
  std::int64_t milliseconds = 0;
  const auto [end, error] = std::from_chars(begin, wordEnd, milliseconds);
  if (error != std::errc{} || end != wordEnd) line.fail("a whole number as timestamp", word);
  if (!line.empty()) line.fail("nothing after the timestamp", line.rest());
}

// Sorts by the bound and keeps the last of several with the same.
template <typename Item, typename Bound>
void order(std::vector<Item>& items, Bound bound) {
  std::stable_sort(items.begin(), items.end(),
                   [&](const Item& a, const Item& b) { return a.*bound < b.*bound; });
  std::vector<Item> kept;
  for (const Item& item : items) {
    if (!kept.empty() && kept.back().*bound == item.*bound) kept.pop_back();
    kept.push_back(item);
  }
  items = std::move(kept);
}

}  // namespace

class TextParser {
 public:
  TextParser(std::string_view place, std::string_view text) : place_(place), text_(text) {}

  ParsedText parse();

 private:
  enum class Role : std::uint8_t { kValue, kSum, kCount };
  // What is known of a family beside what it becomes.
  struct Knowledge {
    bool typed = false;
    std::unordered_map<std::string, std::size_t> distributions;  // by their labels
  };

  void parseComment(TextLine& line);
  void parseType(std::size_t family, const TextLine& line);
  void parseSample(TextLine& line);
  void add(const TextLine& line, std::string_view name, double value);
  void addToDistribution(const TextLine& line, std::size_t family, Role role, double value);
  std::size_t familyOf(std::string_view name, Role& role);
  ParsedDistribution& distributionOf(std::size_t family);
  std::optional<double> takeBound(const TextLine& line, std::string_view name);
  void sortLabels(const TextLine& line);
  void finish();

  std::string_view place_;
  std::string_view text_;
  std::vector<Label> labels_;  // of the line
  std::unordered_map<std::string_view, std::size_t> byName_;
  std::vector<Knowledge> knowledge_;  // beside result_.families_
  ParsedText result_;
};

void TextParser::parseComment(TextLine& line) {
  line.take('#');
  line.skipBlanks();
  const std::string_view keyword = line.takeWord();
  line.skipBlanks();
  if ((keyword != "HELP" && keyword != "TYPE") || line.empty()) return;
  const std::string_view name = line.takeMetricName();
  if (!line.empty() && !line.startsWithBlank()) line.fail("a blank after the name", line.rest());
  Role role{};
  const std::size_t family = familyOf(name, role);
  line.skipBlanks();
  if (line.empty()) return;
  if (keyword == "TYPE") return parseType(family, line);
  std::string_view& help = result_.families_[family].help;
  if (!help.empty()) line.fail("one HELP line for each family", line.rest());
  help = line.takeHelp();
}

void TextParser::parseType(std::size_t family, const TextLine& line) {
  const auto type = typeOf(line.rest());
  if (!type) line.fail("counter, gauge, histogram, summary or untyped", line.rest());
  if (knowledge_[family].typed) line.fail("one TYPE line, before all samples", line.rest());
  result_.families_[family].type = *type;
  knowledge_[family].typed = true;
}

// The lines of a histogram or summary have names of their own, unless a family of that name came
// before.
std::size_t TextParser::familyOf(std::string_view name, Role& role) {
  role = Role::kValue;
  if (const auto known = byName_.find(name); known != byName_.end()) return known->second;
  for (const std::string_view suffix : {"_bucket", "_sum", "_count"}) {
    if (name.size() <= suffix.size() || !name.ends_with(suffix)) continue;
    const auto base = byName_.find(name.substr(0, name.size() - suffix.size()));
    if (base == byName_.end()) continue;
    const MetricType type = result_.families_[base->second].type;
    if (!isDistribution(type) || (type == MetricType::kSummary && suffix == "_bucket")) continue;
    if (suffix == "_sum") role = Role::kSum;
    if (suffix == "_count") role = Role::kCount;
    return base->second;
  }
  const std::size_t index = result_.families_.size();
  byName_.emplace(name, index);
  result_.families_.push_back({.name = name, .help = {}, .samples = {}});
  knowledge_.emplace_back();
  return index;
}

void TextParser::parseSample(TextLine& line) {
  const std::string_view whole = line.rest();
  labels_.clear();
  std::string_view name;
  if (!line.startsWith('{')) {
    name = line.takeMetricName();
    line.skipBlanks();
  }
  if (line.startsWith('{')) {
    name = line.takeLabels(name, labels_);
    line.skipBlanks();
  }
  if (name.empty()) line.fail("a metric name", whole);
  const std::string_view word = line.takeWord();
  const auto value = parseNumber(word);
  if (!value) line.fail("a number", word);
  if (!line.empty()) {
    checkTimestamp(line);
    if (!result_.firstTimestampLine_) result_.firstTimestampLine_ = line.number();
  }
  add(line, name, *value);
}

void TextParser::add(const TextLine& line, std::string_view name, double value) {
  Role role{};
  const std::size_t family = familyOf(name, role);
  knowledge_[family].typed = true;
  if (isDistribution(result_.families_[family].type)) {
    addToDistribution(line, family, role, value);
  } else {
    sortLabels(line);
    result_.families_[family].samples.push_back({labels_, value, {}});
  }
}

// Takes the label with a bound out of the labels of the line; the last, where there are several.
std::optional<double> TextParser::takeBound(const TextLine& line, std::string_view name) {
  std::optional<double> bound;
  const auto gone = std::remove_if(labels_.begin(), labels_.end(), [&](const Label& label) {
    if (label.name != name) return false;
    bound = parseNumber(label.value);
    if (!bound) line.fail("a number as " + std::string(name), label.value);
    return true;
  });
  labels_.erase(gone, labels_.end());
  if (bound && std::isnan(*bound)) return std::nullopt;
  return bound;
}

void TextParser::sortLabels(const TextLine& line) {
  const auto byName = [](const Label& a, const Label& b) { return a.name < b.name; };
  if (!std::is_sorted(labels_.begin(), labels_.end(), byName)) {
    std::sort(labels_.begin(), labels_.end(), byName);
  }
  const auto twice =
      std::adjacent_find(labels_.begin(), labels_.end(),
                         [](const Label& a, const Label& b) { return a.name == b.name; });
  if (twice != labels_.end()) line.fail("each label once", twice->name);
}

// Most lines belong to the same labels as the line before.
ParsedDistribution& TextParser::distributionOf(std::size_t family) {
  std::vector<ParsedSample>& samples = result_.families_[family].samples;
  if (!samples.empty() && areEqual(samples.back().labels, labels_)) {
    return samples.back().distribution;
  }
  const auto [known, isNew] =
      knowledge_[family].distributions.emplace(keyOf(labels_), samples.size());
  if (isNew) samples.push_back({labels_, 0, {}});
  return samples[known->second].distribution;
}

void TextParser::addToDistribution(const TextLine& line, std::size_t family, Role role,
                                   double value) {
  const bool histogram = result_.families_[family].type == MetricType::kHistogram;
  const auto bound = takeBound(line, histogram ? "le" : "quantile");
  sortLabels(line);
  ParsedDistribution& distribution = distributionOf(family);
  if (role == Role::kSum) {
    distribution.sum = value;
  } else if (role == Role::kCount) {
    distribution.count = countOf(line, value);
  } else if (bound && histogram) {
    distribution.buckets.push_back({*bound, countOf(line, value), nullptr});
  } else if (bound) {
    distribution.quantiles.push_back({*bound, value});
  }
}

void TextParser::finish() {
  std::vector<ParsedFamily>& families = result_.families_;
  std::erase_if(families, [](const ParsedFamily& family) { return family.samples.empty(); });
  for (ParsedFamily& family : families) {
    for (ParsedSample& sample : family.samples) {
      order(sample.distribution.buckets, &Bucket::upperBound);
      order(sample.distribution.quantiles, &Quantile::quantile);
    }
  }
}

ParsedText TextParser::parse() {
  for (std::size_t number = 1; !text_.empty(); ++number) {
    const std::size_t end = text_.find('\n');
    TextLine line(place_, number, text_.substr(0, end), result_.texts_);
    if (end == std::string_view::npos && !line.empty()) line.fail("a line end", line.rest());
    text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
    if (line.startsWith('#')) {
      parseComment(line);
    } else if (!line.empty()) {
      parseSample(line);
    }
  }
  finish();
  return std::move(result_);
}

ParsedText parseText(std::string_view place, std::string_view text) {
  return TextParser(place, text).parse();
}

}  // namespace orchestrator_exporter
