#include "http/ingest/statsd/mapping_file.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>

#include "http/security/strict_yaml.h"
#include "metrics/base/errors.h"
#include "metrics/base/go_duration.h"
#include "metrics/base/names.h"
#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::http::statsd {
namespace {

// What a map of the file says of observations; what it leaves out comes from the defaults.
struct WrittenOptions {
  std::optional<ObserverType> type;
  bool hasHistogram = false;
  bool hasSummary = false;
  std::optional<std::vector<double>> buckets;
  std::optional<double> nativeFactor;
  std::optional<std::vector<QuantileGoal>> quantiles;
  std::optional<std::chrono::nanoseconds> maxAge;
  std::optional<int> ageBuckets;
};

enum class MatchType { kGlob, kRegex };

struct Defaults {
  MatchType match = MatchType::kGlob;
  WrittenOptions observer;
};

double numberOf(const YamlValue& value, const char* what) {
  const auto number = parseNumber(value.text());
  if (!number || !std::isfinite(*number)) value.expected(what);
  return *number;
}

std::uint64_t countOf(const YamlValue& value, std::uint64_t most = 1'000'000) {
  const auto count = parseUnsigned(value.text());
  if (!count || *count > most) value.expected("a whole number up to " + std::to_string(most));
  return *count;
}

std::chrono::nanoseconds durationOf(const YamlValue& value) {
  const auto duration =
      value.isNull() ? std::chrono::nanoseconds(0) : parseGoDuration(value.text());
  if (!duration || *duration < std::chrono::nanoseconds(0)) value.expected("a duration, as 30s");
  return *duration;
}

// A part of a second counts as a whole one.
std::chrono::seconds ttlOf(const YamlValue& value) {
  constexpr std::chrono::hours kLongest{24 * 365 * 100};
  return std::chrono::ceil<std::chrono::seconds>(
      std::min<std::chrono::nanoseconds>(durationOf(value), kLongest));
}

ObserverType observerTypeOf(const YamlValue& value) {
  if (value.text() == "histogram") return ObserverType::kHistogram;
  if (value.text() == "summary") return ObserverType::kSummary;
  value.expected("histogram or summary");
}

MatchType matchTypeOf(const YamlValue& value) {
  if (value.text() == "glob") return MatchType::kGlob;
  if (value.text() == "regex") return MatchType::kRegex;
  value.expected("glob or regex");
}

std::vector<double> bucketsOf(const YamlValue& value) {
  std::vector<double> buckets;
  for (const YamlValue& element : value.elements()) {
    buckets.push_back(numberOf(element, "a finite number"));
    if (buckets.size() > 1 && !(buckets[buckets.size() - 2] < buckets.back())) {
      element.refuse("buckets must ascend");
    }
  }
  return buckets;
}

QuantileGoal quantileOf(const YamlValue& value) {
  QuantileGoal goal;
  const auto share = [](double& into) {
    return [&into](const YamlValue& entry) {
      into = numberOf(entry, "a number from 0 to 1");
      if (into < 0 || into > 1) entry.expected("a number from 0 to 1");
    };
  };
  value.readEntries({{"quantile", share(goal.quantile)}, {"error", share(goal.error)}});
  return goal;
}

std::vector<QuantileGoal> quantilesOf(const YamlValue& value) {
  std::vector<QuantileGoal> quantiles;
  for (const YamlValue& element : value.elements()) {
    quantiles.push_back(quantileOf(element));
    const auto isSame = [&](const QuantileGoal& goal) {
      return goal.quantile == quantiles.back().quantile;
    };
    if (std::count_if(quantiles.begin(), quantiles.end(), isSame) > 1) {
      element.refuse("a quantile is given twice");
    }
  }
  std::sort(quantiles.begin(), quantiles.end(),
            [](const auto& a, const auto& b) { return a.quantile < b.quantile; });
  return quantiles;
}

using Readers = std::vector<std::pair<std::string_view, YamlValue::Reader>>;

// The keys that defaults and mappings share; timer_type, buckets and quantiles are old spellings.
void addObserverReaders(Readers& readers, WrittenOptions& options) {
  const auto type = [&options](const YamlValue& value) { options.type = observerTypeOf(value); };
  const auto buckets = [&options](const YamlValue& value) {
    if (options.buckets) value.refuse("buckets are given twice");
    options.buckets = bucketsOf(value);
  };
  const auto quantiles = [&options](const YamlValue& value) {
    if (options.quantiles) value.refuse("quantiles are given twice");
    options.quantiles = quantilesOf(value);
  };
  readers.emplace_back("observer_type", type);
  readers.emplace_back("timer_type", type);
  readers.emplace_back("buckets", buckets);
  readers.emplace_back("quantiles", quantiles);
  readers.emplace_back("histogram_options", [&options, buckets](const YamlValue& value) {
    options.hasHistogram = true;
    value.readEntries({
        {"buckets", buckets},
        {"native_histogram_bucket_factor",
         [&options](const YamlValue& entry) {
           options.nativeFactor = numberOf(entry, "0, or a number above 1");
           if (*options.nativeFactor != 0 && *options.nativeFactor <= 1) {
             entry.expected("0, or a number above 1");
           }
         }},
        {"native_histogram_max_buckets", [](const YamlValue& entry) { countOf(entry); }},
    });
  });
  readers.emplace_back("summary_options", [&options, quantiles](const YamlValue& value) {
    options.hasSummary = true;
    value.readEntries({
        {"quantiles", quantiles},
        {"max_age", [&options](const YamlValue& entry) { options.maxAge = durationOf(entry); }},
        {"age_buckets",
         [&options](const YamlValue& entry) {
           options.ageBuckets = static_cast<int>(countOf(entry, 100));
         }},
        {"buf_cap", [](const YamlValue& entry) { countOf(entry); }},
    });
  });
}

// Lays what was written over what was there.
void apply(const WrittenOptions& written, ObserverOptions& options) {
  if (written.type) options.type = *written.type;
  if (written.buckets && !written.buckets->empty()) options.buckets = *written.buckets;
  if (written.nativeFactor) options.nativeFactor = *written.nativeFactor;
  if (written.quantiles && !written.quantiles->empty()) {
    options.summary.quantiles = *written.quantiles;
  }
  if (written.maxAge && *written.maxAge > std::chrono::nanoseconds(0)) {
    options.summary.window = std::chrono::ceil<std::chrono::milliseconds>(*written.maxAge);
  }
  if (written.ageBuckets && *written.ageBuckets > 0) options.summary.steps = *written.ageBuckets;
}

// Components of letters, digits, _ and -, not beginning with a digit or -, or stars.
bool isGlob(std::string_view match) {
  bool atStart = true;
  bool behindStar = false;
  for (const char c : match) {
    if (c == '.') {
      if (atStart) return false;
      atStart = true;
      behindStar = false;
      continue;
    }
    const bool fits = atStart ? isNameLetter(c) || c == '*'
                              : !behindStar && (isNameLetter(c) || isNameDigit(c) || c == '-');
    if (!fits) return false;
    behindStar = c == '*';
    atStart = false;
  }
  return !atStart;
}

// A name of a metric in which captures may stand for anything.
bool isNameTemplate(std::string_view text) {
  const std::string probe = NameTemplate::ofGlob(text).expand({});
  if (probe.empty()) return text.find('$') != std::string_view::npos;
  const bool beginsWithCapture = text.starts_with('$');
  return isLegalMetricName(beginsWithCapture ? "_" + probe : probe) &&
         probe.find(':') == std::string::npos;
}

class MappingReader {
 public:
  MappingReader(const Defaults& defaults, const Mappings& mappings) : defaults_(defaults) {
    mapping_.observer = mappings.observer;
    mapping_.ttl = mappings.ttl;
  }

  Mapping read(const YamlValue& value);

 private:
  void readKind(const YamlValue& value);
  void readLabels(const YamlValue& value);
  void finish(const YamlValue& value);
  void finishMatch(const YamlValue& match);
  NameTemplate templateOf(const std::string& text) const;

  const Defaults& defaults_;
  Mapping mapping_;
  MatchType matchType_ = MatchType::kGlob;
  std::optional<YamlValue> match_;
  std::optional<YamlValue> name_;
  std::vector<std::pair<std::string, std::string>> labels_;
  std::vector<std::string> groups_;  // of the pattern
  WrittenOptions observer_;
};

Mapping MappingReader::read(const YamlValue& value) {
  matchType_ = defaults_.match;
  Readers readers = {
      {"match", [this](const YamlValue& entry) { match_ = entry; }},
      {"match_type", [this](const YamlValue& entry) { matchType_ = matchTypeOf(entry); }},
      {"match_metric_type", [this](const YamlValue& entry) { readKind(entry); }},
      {"name", [this](const YamlValue& entry) { name_ = entry; }},
      {"labels", [this](const YamlValue& entry) { readLabels(entry); }},
      {"help", [this](const YamlValue& entry) { mapping_.help = entry.text(); }},
      {"action",
       [this](const YamlValue& entry) {
         mapping_.drop = entry.text() == "drop";
         if (!mapping_.drop && entry.text() != "map") entry.expected("map or drop");
       }},
      {"ttl",
       [this](const YamlValue& entry) {
         const auto ttl = ttlOf(entry);
         if (ttl.count() > 0) mapping_.ttl = ttl;
       }},
      {"honor_labels",
       [this](const YamlValue& entry) { mapping_.honorLabels = entry.boolean(false); }},
      {"scale",
       [this](const YamlValue& entry) { mapping_.scale = numberOf(entry, "a finite number"); }},
  };
  addObserverReaders(readers, observer_);
  value.readEntries(readers);
  finish(value);
  return std::move(mapping_);
}

void MappingReader::readKind(const YamlValue& value) {
  const std::string word = value.text();
  if (word == "counter") {
    mapping_.kind = MetricKind::kCounter;
  } else if (word == "gauge") {
    mapping_.kind = MetricKind::kGauge;
  } else if (word == "observer" || word == "timer") {
    mapping_.kind = MetricKind::kObserver;
  } else {
    value.expected("counter, gauge or observer");
  }
}

void MappingReader::readLabels(const YamlValue& value) {
  for (const YamlValue& entry : value.entries()) {
    if (!isLegalLabelName(entry.key()) || entry.key() == "__name__") {
      entry.refuse("is no name of a label");
    }
    labels_.emplace_back(entry.key(), entry.text());
  }
}

void MappingReader::finish(const YamlValue& value) {
  if (!match_ || match_->text().empty()) value.refuse("a mapping needs a match");
  finishMatch(*match_);
  if (name_ && !name_->text().empty()) {
    if (!isNameTemplate(name_->text())) name_->expected("a name of a metric");
    mapping_.name = templateOf(name_->text());
  } else if (!mapping_.drop) {
    value.refuse("a mapping needs a name");
  }
  std::sort(labels_.begin(), labels_.end());
  for (const auto& [label, text] : labels_) mapping_.labels.emplace_back(label, templateOf(text));
  apply(observer_, mapping_.observer);
  const bool isHistogram = mapping_.observer.type == ObserverType::kHistogram;
  const bool isTold = observer_.type || defaults_.observer.type;
  if (isTold && isHistogram && observer_.hasSummary) {
    value.refuse("summary_options do not go with a histogram");
  }
  if (isTold && !isHistogram && observer_.hasHistogram) {
    value.refuse("histogram_options do not go with a summary");
  }
}

void MappingReader::finishMatch(const YamlValue& match) {
  mapping_.match = match.text();
  if (matchType_ == MatchType::kGlob) {
    if (!isGlob(mapping_.match)) match.expected("a glob of names and stars between dots");
    return;
  }
  auto pattern = std::make_shared<re2::RE2>(mapping_.match, re2::RE2::Quiet);
  if (!pattern->ok()) match.refuse("no regular expression: " + pattern->error());
  groups_.resize(static_cast<std::size_t>(pattern->NumberOfCapturingGroups()));
  for (const auto& [number, name] : pattern->CapturingGroupNames()) {
    groups_[static_cast<std::size_t>(number) - 1] = name;
  }
  mapping_.pattern = std::move(pattern);
}

NameTemplate MappingReader::templateOf(const std::string& text) const {
  return mapping_.pattern == nullptr ? NameTemplate::ofGlob(text)
                                     : NameTemplate::ofPattern(text, groups_);
}

void readDefaults(const YamlValue& value, Defaults& defaults, Mappings& mappings) {
  Readers readers = {
      {"match_type", [&](const YamlValue& entry) { defaults.match = matchTypeOf(entry); }},
      {"glob_disable_ordering",
       [&](const YamlValue& entry) { mappings.mostSpecificGlob = entry.boolean(false); }},
      {"ttl", [&](const YamlValue& entry) { mappings.ttl = ttlOf(entry); }},
  };
  addObserverReaders(readers, defaults.observer);
  value.readEntries(readers);
  apply(defaults.observer, mappings.observer);
}

}  // namespace

ObserverOptions defaultObserver() {
  ObserverOptions options;
  options.buckets = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};
  options.summary.quantiles = {{0.5, 0.05}, {0.9, 0.01}, {0.99, 0.001}};
  options.summary.window = std::chrono::minutes(10);
  options.summary.steps = 5;
  return options;
}

Mappings readMappings(const std::string& path) {
  const YamlValue file = YamlValue::ofFile(path);
  Defaults defaults;
  Mappings mappings;
  std::optional<YamlValue> list;
  file.readEntries({
      {"defaults", [&](const YamlValue& value) { readDefaults(value, defaults, mappings); }},
      {"mappings", [&](const YamlValue& value) { list = value; }},
  });
  if (!list) return mappings;
  for (const YamlValue& element : list->elements()) {
    mappings.all.push_back(MappingReader(defaults, mappings).read(element));
  }
  return mappings;
}

}  // namespace orchestrator_exporter::http::statsd
