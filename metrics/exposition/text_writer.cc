#include "metrics/exposition/text_writer.h"

#include <algorithm>
#include <unordered_set>

#include "metrics/base/names.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

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

}  // namespace

TextDialect::TextDialect(const ExpositionOptions& options)
    : openMetrics(options.format == Format::kOpenMetrics001 ||
                  options.format == Format::kOpenMetrics100),
      created(openMetrics && options.openMetricsCreated),
      escaping(options.escaping) {
  const bool canQuote =
      options.format == Format::kText100 || options.format == Format::kOpenMetrics100;
  if (escaping == Escaping::kAllowUtf8 && !canQuote) escaping = Escaping::kUnderscores;
}

std::string_view TextFamily::typeWord() const {
  const bool openMetrics = dialect_.openMetrics;
  if (untyped_) return openMetrics ? "unknown" : "untyped";
  switch (type()) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kUntyped:
      return openMetrics ? "unknown" : "untyped";
    case MetricType::kHistogram:
      return "histogram";
    case MetricType::kSummary:
      return "summary";
    case MetricType::kInfo:
      return openMetrics ? "info" : "gauge";
    case MetricType::kStateSet:
      return openMetrics ? "stateset" : "gauge";
  }
  return "untyped";
}

std::vector<std::string> TextFamily::sampleNames() const {
  if (untyped_) return {sampleName_};
  std::vector<std::string> names{familyName_};
  if (sampleName_ != familyName_) names.push_back(sampleName_);
  const bool counts = type() == MetricType::kHistogram || type() == MetricType::kSummary;
  if (type() == MetricType::kHistogram) names.push_back(familyName_ + "_bucket");
  if (counts) names.insert(names.end(), {familyName_ + "_sum", familyName_ + "_count"});
  if (dialect_.openMetrics && (counts || type() == MetricType::kCounter)) {
    names.push_back(familyName_ + "_created");
  }
  return names;
}

void TextFamily::restoreName() {
  if (untyped_) prepare();
}

void TextFamily::fallBackToUntyped() {
  untyped_ = true;
  familyName_ = sampleName_;
  header_.clear();
}

void TextFamily::appendMetricName(TextBuffer& out, std::string_view metricName) const {
  if (isLegalMetricName(metricName)) {
    out.append(metricName);
    return;
  }
  out.append('"');
  appendEscaped(out, metricName, true);
  out.append('"');
}

void TextFamily::appendMeta(TextBuffer& out, std::string_view metricName,
                            std::string_view type) const {
  const auto line = [&](std::string_view word) {
    out.append("# ");
    out.append(word);
    out.append(' ');
    appendMetricName(out, metricName);
    out.append(' ');
  };
  const auto typeLine = [&] {
    line("TYPE");
    out.append(type);
    out.append('\n');
  };
  if (dialect_.openMetrics) typeLine();
  const bool unitFits = !unit().empty() && metricName.ends_with("_" + std::string(unit()));
  if (dialect_.openMetrics && unitFits && type != "info" && type != "stateset") {
    line("UNIT");
    out.append(unit());
    out.append('\n');
  }
  line("HELP");
  appendEscaped(out, help(), dialect_.openMetrics);
  out.append('\n');
  if (!dialect_.openMetrics) typeLine();
}

std::string_view TextFamily::header() {
  if (dissolved_) return {};
  if (header_.empty()) appendMeta(header_, familyName_, typeWord());
  return header_.view();
}

// Shows a histogram or summary that OpenMetrics refuses as families of type unknown, one for each
// name of its samples: the series are the same.
std::string_view TextFamily::body() {
  if (!dissolved_) return body_.view();
  dissolvedBody_.clear();
  if (type() == MetricType::kHistogram) {
    appendDissolved(familyName_ + "_bucket", bucket_);
  } else {
    appendDissolved(familyName_, sample_);
  }
  appendDissolved(familyName_ + "_sum", sum_);
  appendDissolved(familyName_ + "_count", count_);
  return dissolvedBody_.view();
}

void TextFamily::appendDissolved(std::string_view metricName, const Start& start) {
  const std::string bare = start.bare + " ";
  bool first = true;
  std::string_view rest = body_.view();
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (!line.starts_with(start.open) && !line.starts_with(bare)) continue;
    if (first) appendMeta(dissolvedBody_, metricName, "unknown");
    first = false;
    dissolvedBody_.append(withoutExemplar(line));
    dissolvedBody_.append('\n');
  }
}

void TextFamily::bodyCleared() {
  dissolved_ = false;
  dissolvedBody_.clear();
}

std::unique_ptr<FamilyBody> TextWriter::makeFamily(const FamilyHead& head, Refusals& refusals) {
  return std::make_unique<TextFamily>(head, refusals, dialect_);
}

// The order in which families may claim the names of their samples: those whose samples have
// suffixes that cannot change, those that keep their names, and last those that OpenMetrics knows
// by a shorter name, because these alone have another name to fall back to.
int TextWriter::rank(const FamilyBody& family) {
  switch (family.type()) {
    case MetricType::kHistogram:
    case MetricType::kSummary:
      return 0;
    case MetricType::kCounter:
    case MetricType::kInfo:
      return 2;
    default:
      return 1;
  }
}

// Two families must not give samples of one name: OpenMetrics counts the counter `x_total` as the
// family x, and escaping can make two names one. Who comes second is shown as untyped under its
// samples' name (OpenMetrics), or left out if that is taken too. The outcome depends only on which
// families there are, so it is kept while they stay the same.
void TextWriter::arrange(std::vector<FamilyBody*>& families, Refusals& refusals) {
  const auto arranged = [](const FamilyBody* family) {
    return static_cast<const TextFamily*>(family)->arranged;
  };
  if (families != arranged_ || !std::all_of(families.begin(), families.end(), arranged)) {
    settleNames(families);
    arranged_ = families;
  }
  if (refused_.empty()) return;
  refusals.typeConflicts += refused_.size();
  std::erase_if(families, [&](FamilyBody* family) { return refused_.contains(family); });
}

void TextWriter::settleNames(const std::vector<FamilyBody*>& families) {
  std::unordered_set<std::string> taken;
  const auto claim = [&](const TextFamily& family) {
    const std::vector<std::string> names = family.sampleNames();
    for (const std::string& name : names) {
      if (taken.contains(name)) return false;
    }
    taken.insert(names.begin(), names.end());
    return true;
  };
  refused_.clear();
  for (const int turn : {0, 1, 2}) {
    for (FamilyBody* family : families) {
      if (rank(*family) != turn) continue;
      auto& text = static_cast<TextFamily&>(*family);
      text.restoreName();
      text.arranged = true;
      if (claim(text)) continue;
      if (dialect_.openMetrics && turn == 2) {
        text.fallBackToUntyped();
        if (claim(text)) continue;
      }
      refused_.insert(family);
    }
  }
}

}  // namespace orchestrator_exporter
