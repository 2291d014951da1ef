#include "http/endpoints/api/parameters.h"

#include <chrono>
#include <cmath>
#include <stdexcept>

#include "http/endpoints/api/answer.h"
#include "http/server/header_value.h"
#include "http/server/uri.h"
#include "metrics/base/number_parse.h"
#include "metrics/promql/syntax/duration.h"

namespace orchestrator_exporter::http {
namespace {

std::string doubleQuoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

ApiError invalid(std::string_view parameter, const std::string& reason) {
  return {ApiError::Type::kBadData, "invalid parameter " + doubleQuoted(parameter) + ": " + reason};
}

std::string noTime(std::string_view text) {
  return "cannot parse " + doubleQuoted(text) + " to a valid timestamp";
}

// Reads whole words of RFC 3339 one after the other.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  // So many digits; -1 if there are others.
  int digits(std::size_t count) {
    const auto number = parseUnsigned(rest_.substr(0, count));
    if (!number || rest_.size() < count) return -1;
    rest_.remove_prefix(count);
    return static_cast<int>(*number);
  }
  bool skip(std::string_view any) {
    if (rest_.empty() || any.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // What follows a point, in milliseconds, rounded down; 0 without.
  std::optional<int> fraction() {
    if (!skip(".,")) return 0;
    int milliseconds = 0;
    std::size_t count = 0;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++count) {
      if (count < 3) milliseconds = milliseconds * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    if (count == 0) return std::nullopt;
    for (; count < 3; ++count) milliseconds *= 10;
    return milliseconds;
  }
  // The offset of the zone in minutes.
  std::optional<int> zone() {
    if (skip("Z")) return 0;
    const bool west = !rest_.empty() && rest_.front() == '-';
    if (!skip("+-")) return std::nullopt;
    const int hours = digits(2);
    if (!skip(":")) return std::nullopt;
    const int minutes = digits(2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
    return (west ? -1 : 1) * (hours * 60 + minutes);
  }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::optional<std::int64_t> parseRfc3339(std::string_view text) {
  Scanner scanner(text);
  const int year = scanner.digits(4);
  const bool a = scanner.skip("-");
  const int month = scanner.digits(2);
  const bool b = scanner.skip("-");
  const int day = scanner.digits(2);
  const bool c = scanner.skip("T");
  const int hour = scanner.digits(2);
  const bool d = scanner.skip(":");
  const int minute = scanner.digits(2);
  const bool e = scanner.skip(":");
  const int second = scanner.digits(2);
  const auto fraction = scanner.fraction();
  const auto zone = scanner.zone();
  if (!(a && b && c && d && e) || !fraction || !zone || !scanner.done()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < 0 || !date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 59) {
    return std::nullopt;
  }
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t minutes = (std::int64_t{days} * 24 + hour) * 60 + minute - *zone;
  return (minutes * 60 + second) * 1000 + *fraction;
}

// Rounds the fraction, not the whole, as Prometheus does: 1.0005 is 1.
std::optional<std::int64_t> timeOf(double seconds) {
  constexpr double kMostSeconds = 9.2e15;
  if (!(std::fabs(seconds) < kMostSeconds)) return std::nullopt;
  double whole = 0;
  const double fraction = std::modf(seconds, &whole);
  return static_cast<std::int64_t>(whole) * 1000 +
         static_cast<std::int64_t>(std::round(fraction * 1000));
}

// Prometheus' durations are nanoseconds of 64 bits.
bool isTooLong(double seconds) { return std::fabs(seconds * 1e9) > 9.2e18; }

}  // namespace

std::optional<std::int64_t> parseApiTime(std::string_view text) {
  if (const auto seconds = parseNumber(text)) return timeOf(*seconds);
  return parseRfc3339(text);
}

std::optional<std::int64_t> parseApiDuration(std::string_view text) {
  if (const auto seconds = parseNumber(text)) {
    if (std::isnan(*seconds) || isTooLong(*seconds)) return std::nullopt;
    return static_cast<std::int64_t>(*seconds * 1e9) / 1'000'000;
  }
  try {
    return promql::parseDuration(text);
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
}

ApiParameters::ApiParameters(const Request& request) {
  const auto type = request.header("Content-Type");
  constexpr std::string_view kForm = "application/x-www-form-urlencoded";
  // As Go's servers read forms.
  const bool mayBeForm =
      request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (mayBeForm && type && equalIgnoringCase(type->substr(0, kForm.size()), kForm)) {
    auto form = decodeQuery(request.body);
    if (!form) {
      throw ApiError(ApiError::Type::kBadData, "error parsing form values: invalid URL escape");
    }
    all_ = *std::move(form);
  }
  all_.insert(all_.end(), request.parameters.begin(), request.parameters.end());
}

std::string_view ApiParameters::text(std::string_view name) const {
  for (const auto& [key, value] : all_) {
    if (key == name) return value;
  }
  return {};
}

std::vector<std::string> ApiParameters::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : all_) {
    if (key == name) values.push_back(value);
  }
  return values;
}

std::int64_t ApiParameters::time(std::string_view name) const {
  const auto found = parseApiTime(text(name));
  if (!found) throw invalid(name, noTime(text(name)));
  return *found;
}

std::optional<std::int64_t> ApiParameters::optionalTime(std::string_view name) const {
  if (!has(name)) return std::nullopt;
  const auto found = parseApiTime(text(name));
  if (!found) {
    throw invalid(name,
                  "invalid time value for '" + std::string(name) + "': " + noTime(text(name)));
  }
  return found;
}

std::int64_t ApiParameters::duration(std::string_view name, const std::string& before) const {
  const auto found = parseApiDuration(text(name));
  if (found) return *found;
  const auto seconds = parseNumber(text(name));
  const std::string reason = "cannot parse " + doubleQuoted(text(name)) + " to a valid duration" +
                             (seconds && isTooLong(*seconds) ? ". It overflows int64" : "");
  if (!before.empty()) throw ApiError(ApiError::Type::kBadData, before + reason);
  throw invalid(name, reason);
}

std::size_t ApiParameters::limit() const {
  const std::string_view given = text("limit");
  if (given.empty()) return 0;
  const auto number = parseInteger(given);
  if (!number) {
    const std::string_view digits = given.substr(given.find_first_not_of("+-") == 1 ? 1 : 0);
    const bool isNumber = digits.find_first_not_of("0123456789") == std::string_view::npos;
    throw invalid("limit", "strconv.Atoi: parsing " + doubleQuoted(given) + ": " +
                               (isNumber ? "value out of range" : "invalid syntax"));
  }
  if (*number < 0) throw invalid("limit", "limit must be non-negative");
  return static_cast<std::size_t>(*number);
}

std::optional<std::int64_t> ApiParameters::number(std::string_view name, std::int64_t least,
                                                  const std::string& expected) const {
  if (!has(name)) return std::nullopt;
  const auto number = parseInteger(text(name));
  if (!number || *number < least) {
    throw ApiError(ApiError::Type::kBadData, std::string(name) + " must be " + expected);
  }
  return number;
}

}  // namespace orchestrator_exporter::http
