#include "http/ingest/statsd/line.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "metrics/base/number_parse.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http::statsd {
namespace {

constexpr std::size_t kMostComponents = 8;  // of a sample, as statsd_exporter has it

std::optional<SampleType> typeOf(std::string_view word) {
  if (word == "c") return SampleType::kCounter;
  if (word == "g") return SampleType::kGauge;
  if (word == "ms") return SampleType::kTimer;
  if (word == "h" || word == "d") return SampleType::kDistribution;
  if (word == "s") return SampleType::kSet;
  return std::nullopt;
}

// Up to one of the characters, which stay in the rest.
std::string_view takeUntil(std::string_view& rest, std::string_view characters) {
  const std::string_view taken = rest.substr(0, rest.find_first_of(characters));
  rest.remove_prefix(taken.size());
  return taken;
}

// Begins what DogStatsD writes behind a type and what may hold a colon.
bool holdsColons(std::string_view component) {
  return component.starts_with('#') || component.starts_with("c:");
}

}  // namespace

std::string_view nameOf(SampleError error) {
  constexpr std::array<std::string_view, kSampleErrors> kNames = {
      "malformed_line",         "not_enough_parts_after_colon",
      "malformed_component",    "malformed_value",
      "mixed_tagging_styles",   "invalid_extended_aggregate_type",
      "invalid_sample_factor",  "illegal_event",
      "malformed_container_id", "malformed_timestamp"};
  return kNames[static_cast<std::size_t>(error)];
}

bool Line::isFaultless() const {
  return tagErrors == 0 && std::all_of(errors.begin(), errors.end(), [](auto n) { return n == 0; });
}

bool readValue(std::string_view text, Sample& sample) {
  sample.text = text;
  if (sample.type == SampleType::kSet) return !text.empty();
  const auto value = parseNumber(text);
  if (!value) return false;
  sample.value = *value;
  sample.relative =
      sample.type == SampleType::kGauge && (text.starts_with('+') || text.starts_with('-'));
  if (sample.type == SampleType::kTimer) sample.value /= 1000;
  return std::isfinite(*value) || (sample.type == SampleType::kGauge && !sample.relative);
}

const Line& LineParser::parse(std::string_view text) {
  line_.tags.clear();
  line_.samples.clear();
  line_.received = 0;
  line_.errors = {};
  line_.tagErrors = 0;
  if (text.starts_with("_e{") || text.starts_with("_sc|")) return line_;
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos || !isUtf8(text)) {
    fail(SampleError::kMalformedLine);
    return line_;
  }
  parseName(text.substr(0, colon));
  const std::string_view rest = text.substr(colon + 1);
  if (line_.name.empty()) {
    fail(SampleError::kMalformedLine);
  } else if (!line_.tags.empty() && rest.find("|#") != std::string_view::npos) {
    fail(SampleError::kMixedTaggingStyles);
  } else if (rest.find('|') == std::string_view::npos) {
    fail(SampleError::kNotEnoughParts);
  } else {
    parseSamples(rest);
  }
  return line_;
}

void LineParser::parseName(std::string_view name) {
  line_.name = name;
  if (dialects_.signalFx) {
    const std::size_t open = name.find('[');
    const std::size_t close = name.find(']');
    const bool hasBoth = open != std::string_view::npos && close != std::string_view::npos;
    if (hasBoth && open < close) {
      parseTags(name.substr(open + 1, close - open - 1), '=');
      line_.joined.assign(name.substr(0, open)).append(name.substr(close + 1));
      line_.name = line_.joined;
      return;
    }
    if (hasBoth || open != close) {
      ++line_.tagErrors;
      return;
    }
  }
  for (std::size_t i = 0; i < name.size(); ++i) {
    if ((name[i] == '#' && dialects_.librato) || (name[i] == ',' && dialects_.influxDb)) {
      line_.name = name.substr(0, i);
      return parseTags(name.substr(i + 1), '=');
    }
  }
}

void LineParser::parseTags(std::string_view tags, char separator) {
  while (!tags.empty()) {
    const std::size_t end = std::min(tags.find(','), tags.size());
    std::string_view tag = tags.substr(0, end);
    if (separator == ':' && tag.starts_with('#')) tag.remove_prefix(1);
    parseTag(tag, separator);
    tags.remove_prefix(std::min(end + 1, tags.size()));
  }
}

void LineParser::parseTag(std::string_view tag, char separator) {
  const std::size_t at = tag.find(separator);
  if (at == 0 || at == std::string_view::npos || at + 1 == tag.size()) {
    ++line_.tagErrors;
    return;
  }
  line_.tags.push_back({tag.substr(0, at), tag.substr(at + 1)});
}

void LineParser::parseSamples(std::string_view rest) {
  while (parseSample(rest)) rest.remove_prefix(1);
}

// Takes `values|type|…` up to the colon before the next sample, if there is one: then true.
bool LineParser::parseSample(std::string_view& rest) {
  const std::string_view values = takeUntil(rest, "|");
  const auto count = 1 + static_cast<std::uint32_t>(std::count(values.begin(), values.end(), ':'));
  line_.received += count;
  if (rest.empty()) return fail(SampleError::kMalformedComponent);
  rest.remove_prefix(1);
  const std::string_view type = takeUntil(rest, "|:");
  double rate = 1;
  bool isGood = true;
  std::size_t components = 2;
  while (rest.starts_with('|')) {
    rest.remove_prefix(1);
    const std::string_view component = takeUntil(rest, holdsColons(rest) ? "|" : "|:");
    if (!isGood) continue;
    isGood = ++components > kMostComponents ? fail(SampleError::kMalformedComponent)
                                            : parseExtension(component, rate);
  }
  if (isGood) addSamples(values, type, rate);
  return !rest.empty();
}

bool LineParser::parseExtension(std::string_view component, double& rate) {
  if (component.empty()) return fail(SampleError::kMalformedComponent);
  const std::string_view rest = component.substr(1);
  switch (component[0]) {
    case '@':
      rate = parseNumber(rest).value_or(0);
      if (rate > 0 && rate <= 1) return true;
      rate = 1;
      fail(SampleError::kInvalidSampleFactor);
      return true;
    case '#':
      if (dialects_.dogStatsd) parseTags(rest, ':');
      return true;
    case 'c':
      return (rest.starts_with(':') && rest.size() > 1) || fail(SampleError::kMalformedContainerId);
    case 'T':
      return parseInteger(rest).has_value() || fail(SampleError::kMalformedTimestamp);
    default:
      return fail(SampleError::kInvalidSampleFactor);
  }
}

void LineParser::addSamples(std::string_view values, std::string_view word, double rate) {
  const auto type = typeOf(word);
  const bool many = values.find(':') != std::string_view::npos;
  if (!type || (many && *type == SampleType::kSet)) {
    fail(many ? SampleError::kInvalidAggregateType : SampleError::kIllegalEvent);
    return;
  }
  for (bool isLast = false; !isLast;) {
    const std::string_view value = takeUntil(values, ":");
    isLast = values.empty();
    if (!isLast) values.remove_prefix(1);
    Sample sample{.type = *type, .rate = rate};
    if (readValue(value, sample)) {
      line_.samples.push_back(sample);
    } else {
      fail(SampleError::kMalformedValue);
    }
  }
}

}  // namespace orchestrator_exporter::http::statsd
