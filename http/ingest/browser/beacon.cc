#include "http/ingest/browser/beacon.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <utility>

#include "http/ingest/browser/page_label.h"
#include "metrics/base/errors.h"
#include "metrics/base/identity_hash.h"

namespace orchestrator_exporter::http::browser {
namespace {

constexpr std::size_t kDeepest = 64;
constexpr double kMilliseconds = 1e-3;

constexpr std::string_view kBrowsers[] = {"chrome", "edge",  "firefox",
                                          "safari", "opera", "samsung"};
constexpr std::string_view kDevices[] = {"desktop", "mobile", "tablet"};
constexpr std::string_view kViewports[] = {"small", "medium", "large", "huge"};

std::string_view knownWord(std::span<const std::string_view> words, std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  return found == words.end() ? "other" : *found;
}

// One element of `metrics` while it is read.
struct Metric {
  std::optional<Vital> vital = std::nullopt;
  std::optional<double> value = std::nullopt;
  std::string id = {};
};

// Follows the text event by event; what is passed over is never kept.
class BeaconReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Beacon take() && {
    if (error_.empty() && !version_) error_ = "v: is missing";
    if (error_.empty() && !page_) error_ = "page: is missing";
    if (error_.empty() && !metrics_) error_ = "metrics: is missing";
    if (!error_.empty()) throw ParseError(error_);
    beacon_.page = pageLabel(*page_);
    return std::move(beacon_);
  }

  bool null() override { return other("null"); }
  bool binary(binary_t&) override { return other("bytes"); }
  bool boolean(bool) override {
    return place_ == Place::kBeacon && key_ == "late" ? true : other("a boolean");
  }
  bool number_integer(number_integer_t value) override {
    return number(static_cast<double>(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return number(static_cast<double>(value));
  }
  bool number_float(number_float_t value, const string_t&) override { return number(value); }
  bool string(string_t& text) override;

  bool start_object(std::size_t) override {
    if (!deepen()) return false;
    if (passing_ == 0 && place_ == Place::kBegin) return enter(Place::kBeacon);
    if (passing_ == 0 && place_ == Place::kMetrics) {
      metric_ = {};
      return enter(Place::kMetric);
    }
    return pass("an object");
  }
  bool start_array(std::size_t) override {
    if (!deepen()) return false;
    if (passing_ == 0 && place_ == Place::kBeacon && key_ == "metrics") {
      metrics_ = true;
      return enter(Place::kMetrics);
    }
    return pass("an array");
  }
  bool key(string_t& name) override {
    if (passing_ == 0) key_ = std::move(name);
    return true;
  }
  bool end_object() override {
    if (leave()) return true;
    if (place_ == Place::kBeacon) return enter(Place::kBegin);
    keepMetric();
    return enter(Place::kMetrics);
  }
  bool end_array() override { return leave() || enter(Place::kBeacon); }

  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::json::exception&) override {
    return refuse("byte " + std::to_string(position) + ": expected JSON, got '" +
                  ParseError::printable(token) + "'");
  }

 private:
  // Where a value would stand next.
  enum class Place : std::uint8_t { kBegin, kBeacon, kMetrics, kMetric };

  bool enter(Place place) {
    place_ = place;
    return true;
  }
  bool deepen() { return ++depth_ <= kDeepest || refuse("expected at most 64 levels of nesting"); }
  // Passes over an object or array up to its end.
  bool pass(std::string_view what) {
    if (passing_ == 0 && !other(what)) return false;
    ++passing_;
    return true;
  }
  // At the end of an object or array: whether it was passed over.
  bool leave() {
    --depth_;
    if (passing_ == 0) return false;
    --passing_;
    return true;
  }
  bool refuse(std::string error) {
    error_ = std::move(error);
    return false;
  }
  bool expected(std::string_view what, std::string_view found) {
    return refuse(key_ + ": expected " + std::string(what) + ", got " + std::string(found));
  }

  bool number(double value);
  bool other(std::string_view what);
  void keepMetric();

  Place place_ = Place::kBegin;
  std::size_t depth_ = 0;
  std::size_t passing_ = 0;  // levels of what is passed over
  std::string key_;
  bool version_ = false;
  bool metrics_ = false;
  std::optional<std::string> page_;
  Metric metric_;
  Beacon beacon_;
  std::string error_;
};

bool BeaconReader::string(string_t& text) {
  if (passing_ != 0) return true;
  if (place_ == Place::kMetric) {
    if (key_ == "name") {
      const auto found = std::find(kVitalNames.begin(), kVitalNames.end(), text);
      if (found == kVitalNames.end()) return true;
      metric_.vital = static_cast<Vital>(found - kVitalNames.begin());
    } else if (key_ == "id") {
      metric_.id = std::move(text);
    }
    return true;
  }
  if (place_ != Place::kBeacon) return other("a text");
  if (key_ == "page") {
    page_ = std::move(text);
  } else if (key_ == "browser") {
    beacon_.browser = knownWord(kBrowsers, text);
  } else if (key_ == "device") {
    beacon_.device = knownWord(kDevices, text);
  } else if (key_ == "viewport") {
    beacon_.viewport = knownWord(kViewports, text);
  } else {
    return other("a text");
  }
  return true;
}

bool BeaconReader::number(double value) {
  if (passing_ != 0) return true;
  if (place_ == Place::kMetric) {
    if (key_ == "value") metric_.value = value;
    return true;
  }
  if (place_ == Place::kBeacon && key_ == "v") {
    version_ = value == 1;
    return version_ || expected("version 1", "another");
  }
  if (place_ == Place::kBeacon && key_ == "lost") {
    if (!(value >= 0 && value <= static_cast<double>(kMostLost) && value == std::floor(value))) {
      return expected("an integer from 0 to " + std::to_string(kMostLost), "another number");
    }
    beacon_.lost = static_cast<std::uint64_t>(value);
    return true;
  }
  return other("a number");
}

// A value of a kind that no field at this place takes.
bool BeaconReader::other(std::string_view what) {
  if (passing_ != 0) return true;
  constexpr std::string_view kTexts[] = {"page", "browser", "device", "viewport"};
  switch (place_) {
    case Place::kBegin:
      return refuse("expected an object, got " + std::string(what));
    case Place::kBeacon:
      if (key_ == "v" || key_ == "lost") return expected("a number", what);
      if (key_ == "late") return expected("a boolean", what);
      if (key_ == "metrics") return expected("an array", what);
      return std::find(std::begin(kTexts), std::end(kTexts), key_) == std::end(kTexts) ||
             expected("a text", what);
    case Place::kMetrics:
      ++beacon_.unknown;
      return true;
    case Place::kMetric:
      return true;  // without a name or value it counts as unknown at its end
  }
  return true;
}

void BeaconReader::keepMetric() {
  if (!metric_.vital || !metric_.value) {
    ++beacon_.unknown;
    return;
  }
  const Vital vital = *metric_.vital;
  const double scale = vital == Vital::kCumulativeLayoutShift ? 1 : kMilliseconds;
  const std::uint64_t id =
      metric_.id.empty() ? 0 : identityHash(metric_.id, static_cast<std::uint64_t>(vital));
  beacon_.measurements.push_back({vital, *metric_.value * scale, id});
}

}  // namespace

Beacon decodeBeacon(std::string_view json) {
  BeaconReader reader;
  nlohmann::json::sax_parse(json, &reader);
  return std::move(reader).take();
}

}  // namespace orchestrator_exporter::http::browser
