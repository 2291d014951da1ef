#include "metrics/exposition/text_family.h"

#include <cmath>
#include <limits>

#include "metrics/base/names.h"
#include "metrics/base/number_format.h"
#include "metrics/base/utf8.h"
#include "metrics/exposition/escaping.h"

namespace orchestrator_exporter {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool isBelowZeroOrNaN(double value) { return !(value >= 0); }

// OpenMetrics 1.0, "Exemplars": names and values together have at most 128 characters.
bool fitsAsExemplar(const Exemplar& exemplar) {
  constexpr std::size_t kMostCharacters = 128;
  std::size_t characters = 0;
  for (const Label& label : exemplar.labels) {
    if (!isLegalLabelName(label.name) || !isUtf8(label.value)) return false;
    characters += utf8Length(label.name) + utf8Length(label.value);
  }
  return characters <= kMostCharacters;
}

// Counts that never fall, up to the total.
bool isCumulative(const HistogramValue& value) {
  std::uint64_t before = 0;
  for (const Bucket& bucket : value.buckets) {
    if (bucket.cumulativeCount < before) return false;
    before = bucket.cumulativeCount;
    if (std::isinf(bucket.upperBound) && bucket.upperBound > 0 && before != value.count)
      return false;
  }
  return before <= value.count;
}

// OpenMetrics has no place for a sum (and so for a count) beside negative bounds or a negative sum.
bool openMetricsRefuses(const HistogramValue& value) {
  return !isCumulative(value) || (!value.buckets.empty() && value.buckets.front().upperBound < 0) ||
         isBelowZeroOrNaN(value.sum);
}

bool openMetricsRefuses(const SummaryValue& value) {
  for (const Quantile& quantile : value.quantiles) {
    if (quantile.value < 0) return true;
  }
  return isBelowZeroOrNaN(value.sum);
}

// Leaves out what follows the value of a line (an exemplar), which only some types may carry.
std::string_view withoutExemplar(std::string_view line) {
  bool quoted = false;
  for (std::size_t i = 0; i + 2 < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && line.substr(i, 3) == " # ") {
      return line.substr(0, i);
    }
  }
  return line;
}

// The suffix that samples of a type must have in OpenMetrics and their family must not.
std::string_view sampleSuffix(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return "_total";
    case MetricType::kInfo:
      return "_info";
    default:
      return {};
  }
}

}  // namespace

TextFamily::TextFamily(const FamilyHead& head, Refusals& refusals, const TextDialect& dialect)
    : FamilyBody(head, refusals, dialect.escaping), dialect_(dialect) {
  prepare();
}

void TextFamily::headChanged() { prepare(); }

// Everything that the head alone decides. A series has the same name in every format, so what
// OpenMetrics would rename, a counter that does not end in _total, is of no known type there.
void TextFamily::prepare() {
  header_.clear();
  familyName_ = shownName();
  shownType_ = type();
  if (const std::string_view suffix = sampleSuffix(type());
      dialect_.openMetrics && !suffix.empty()) {
    if (familyName_.ends_with(suffix)) familyName_.resize(familyName_.size() - suffix.size());
    const bool shorter = familyName_.size() < shownName().size() && !familyName_.empty();
    // The name of the family must not end in the suffix either.
    if (!shorter || familyName_.ends_with(suffix)) {
      familyName_ = shownName();
      shownType_ = MetricType::kUntyped;
    }
  }
  sample_ = startOf(shownName());
  if (type() == MetricType::kHistogram) bucket_ = startOf(familyName_ + "_bucket");
  if (type() == MetricType::kHistogram || type() == MetricType::kSummary) {
    sum_ = startOf(familyName_ + "_sum");
    count_ = startOf(familyName_ + "_count");
  }
  if (dialect_.created) created_ = startOf(familyName_ + "_created");
}

std::vector<std::string> TextFamily::reservedNames() const {
  if (!dialect_.openMetrics) return {};
  switch (shownType_) {
    case MetricType::kCounter:
      return {familyName_, familyName_ + "_created"};
    case MetricType::kInfo:
      return {familyName_};
    case MetricType::kHistogram:
    case MetricType::kSummary:
      return {familyName_ + "_created"};
    default:
      return {};
  }
}

TextFamily::Start TextFamily::startOf(std::string_view name) const {
  if (isLegalMetricName(name)) return {std::string(name) + "{", std::string(name)};
  TextBuffer quoted;
  quoted.append("{\"");
  appendEscaped(quoted, name, true);
  quoted.append('"');
  const std::string text(quoted.view());
  return {text + ",", text + "}"};
}

TextFamily::Key TextFamily::appendStart(const Start& start, std::string_view inner) {
  body_.append(inner.empty() ? start.bare : start.open);
  const std::size_t begin = body_.size();
  body_.append(inner);
  const Key key{begin, body_.size()};
  if (!inner.empty()) body_.append('}');
  return key;
}

void TextFamily::appendLabels(TextBuffer& out, std::span<const Label> labels) const {
  bool first = true;
  for (const Label& label : labels) {
    if (!first) out.append(',');
    first = false;
    if (isLegalLabelName(label.name)) {
      out.append(label.name);
    } else if (dialect_.escaping == Escaping::kAllowUtf8) {
      out.append('"');
      appendEscaped(out, label.name, true);
      out.append('"');
    } else {
      out.append(escapeLabelName(label.name, dialect_.escaping));
    }
    out.append("=\"");
    appendEscaped(out, label.value, true);
    out.append('"');
  }
}

void TextFamily::appendValue(double value) {
  body_.append(' ');
  appendNumber(body_, value);
}

// Ends the line of a value; `above` and `upTo` are the range that an exemplar must lie in.
void TextFamily::appendExemplar(const Exemplar* exemplar, double above, double upTo) {
  if (exemplar != nullptr && dialect_.openMetrics && shownType_ == type() &&
      exemplar->value > above && exemplar->value <= upTo && fitsAsExemplar(*exemplar)) {
    body_.append(" # {");
    appendLabels(body_, exemplar->labels);
    body_.append('}');
    appendValue(exemplar->value);
    if (exemplar->timestamp > 0) appendValue(exemplar->timestamp);
  }
  body_.append('\n');
}

void TextFamily::appendCreated(double created, std::string_view inner) {
  if (!dialect_.created || shownType_ != type() || !(created > 0)) return;
  appendStart(created_, inner);
  appendValue(created);
  body_.append('\n');
}

TextFamily::Key TextFamily::encodeSample(double value, std::span<const Label> labels,
                                         const SampleExtras& extras) {
  body_.append(labels.empty() ? sample_.bare : sample_.open);
  const std::size_t begin = body_.size();
  appendLabels(body_, labels);
  const Key key{begin, body_.size()};
  if (!labels.empty()) body_.append('}');
  return finishSample(value, key, extras);
}

TextFamily::Key TextFamily::encodePrepared(double value, std::string_view labelText,
                                           const SampleExtras& extras) {
  const std::string_view inner =
      labelText.empty() ? labelText : labelText.substr(1, labelText.size() - 2);
  return finishSample(value, appendStart(sample_, inner), extras);
}

TextFamily::Key TextFamily::finishSample(double value, Key key, const SampleExtras& extras) {
  appendValue(value);
  if (type() != MetricType::kCounter) {
    body_.append('\n');
    return key;
  }
  appendExemplar(extras.exemplar, -kInfinity, kInfinity);
  // A copy, because appending to the buffer may move what the key shows.
  if (dialect_.created && extras.created > 0) {
    appendCreated(extras.created, std::string(body_.view(key.begin, key.end)));
  }
  return key;
}

void TextFamily::appendBounded(const Start& start, std::string_view inner, std::string_view label,
                               double bound) {
  body_.append(start.open);
  body_.append(inner);
  if (!inner.empty()) body_.append(',');
  body_.append(label);
  body_.append("=\"");
  appendBound(body_, bound, dialect_.openMetrics);
  body_.append("\"}");
}

void TextFamily::appendBuckets(const HistogramValue& value, std::string_view inner) {
  double above = -kInfinity;
  for (const Bucket& bucket : value.buckets) {
    appendBounded(bucket_, inner, "le", bucket.upperBound);
    appendValue(static_cast<double>(bucket.cumulativeCount));
    appendExemplar(bucket.exemplar, above, bucket.upperBound);
    above = bucket.upperBound;
  }
  if (above == kInfinity) return;
  appendBounded(bucket_, inner, "le", kInfinity);
  appendValue(static_cast<double>(value.count));
  body_.append('\n');
}

TextFamily::Key TextFamily::encodeHistogram(const HistogramValue& value,
                                            std::span<const Label> labels) {
  unfit_ |= dialect_.openMetrics && openMetricsRefuses(value);
  inner_.clear();
  appendLabels(inner_, labels);
  appendBuckets(value, inner_.view());
  return appendTotals(value.sum, value.count, value.created);
}

TextFamily::Key TextFamily::encodeSummary(const SummaryValue& value,
                                          std::span<const Label> labels) {
  unfit_ |= dialect_.openMetrics && openMetricsRefuses(value);
  inner_.clear();
  appendLabels(inner_, labels);
  for (const Quantile& quantile : value.quantiles) {
    appendBounded(sample_, inner_.view(), "quantile", quantile.quantile);
    appendValue(quantile.value);
    body_.append('\n');
  }
  return appendTotals(value.sum, value.count, value.created);
}

TextFamily::Key TextFamily::appendTotals(double sum, std::uint64_t count, double created) {
  appendStart(sum_, inner_.view());
  appendValue(sum);
  body_.append('\n');
  const Key key = appendStart(count_, inner_.view());
  appendValue(static_cast<double>(count));
  body_.append('\n');
  appendCreated(created, inner_.view());
  return key;
}

std::string_view TextFamily::header() {
  if (unfit_ || isApart()) return {};
  if (header_.empty()) appendHead(header_, dialect_, familyName_, shownType_, unit(), help());
  return header_.view();
}

// What OpenMetrics refuses as what it is becomes families of type unknown, one for each name of its
// series: the series are the same.
std::string_view TextFamily::body() {
  if (!unfit_ && !isApart()) return body_.view();
  unknownBody_.clear();
  if (type() == MetricType::kHistogram) {
    appendUnknown(shownName() + "_bucket", bucket_);
  } else {
    appendUnknown(shownName(), sample_);
  }
  if (type() == MetricType::kHistogram || type() == MetricType::kSummary) {
    appendUnknown(shownName() + "_sum", sum_);
    appendUnknown(shownName() + "_count", count_);
  }
  return unknownBody_.view();
}

void TextFamily::appendUnknown(std::string_view name, const Start& start) {
  const std::string bare = start.bare + " ";
  bool first = true;
  std::string_view rest = body_.view();
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (!line.starts_with(start.open) && !line.starts_with(bare)) continue;
    if (first) appendHead(unknownBody_, dialect_, name, MetricType::kUntyped, unit(), help());
    first = false;
    unknownBody_.append(withoutExemplar(line));
    unknownBody_.append('\n');
  }
}

void TextFamily::bodyCleared() {
  unfit_ = false;
  unknownBody_.clear();
}

}  // namespace orchestrator_exporter
