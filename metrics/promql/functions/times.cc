#include <array>
#include <chrono>
#include <cmath>
#include <limits>

#include "metrics/promql/functions/families.h"

namespace orchestrator_exporter::promql {

namespace {

// A moment in UTC, taken apart.
struct Moment {
  std::int64_t days = 0;     // since 1970
  std::int64_t seconds = 0;  // of the day
  std::int64_t year = 1970;
  int month = 1;
  int day = 1;
};

bool isLeap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int lengthOf(std::int64_t year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && isLeap(year) ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

Moment momentOf(double value) {
  // What fits no count of seconds becomes the least of them, as hardware converts it.
  constexpr double kLimit = 9223372036854775808.0;
  const auto seconds = std::fabs(value) < kLimit ? static_cast<std::int64_t>(value)
                                                 : std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kDay = 86400;
  constexpr std::int64_t kFourCenturies = 146097;  // in days
  Moment moment;
  moment.seconds = seconds % kDay;
  moment.days = seconds / kDay;
  if (moment.seconds < 0) {
    moment.seconds += kDay;
    --moment.days;
  }
  // Go's calendar, which Prometheus uses, begins here; what is earlier comes out 2^64 s later.
  constexpr std::int64_t kFirstDay = -106751989635076;
  constexpr std::int64_t kWrappedDays = 213503982334601;
  constexpr std::int64_t kWrappedSeconds = 25216;
  if (moment.days < kFirstDay) {
    moment.seconds += kWrappedSeconds;
    moment.days += kWrappedDays + moment.seconds / kDay;
    moment.seconds %= kDay;
  }
  std::int64_t day = moment.days % kFourCenturies;
  if (day < 0) day += kFourCenturies;
  moment.year = 1970 + 400 * ((moment.days - day) / kFourCenturies);
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{static_cast<int>(day)}}};
  moment.year += static_cast<int>(date.year()) - 1970;
  moment.month = static_cast<int>(static_cast<unsigned>(date.month()));
  moment.day = static_cast<int>(static_cast<unsigned>(date.day()));
  return moment;
}

double minute(const Moment& moment) { return static_cast<double>(moment.seconds % 3600 / 60); }
double hour(const Moment& moment) { return static_cast<double>(moment.seconds / 3600); }
double dayOfMonth(const Moment& moment) { return moment.day; }
double dayOfWeek(const Moment& moment) {
  // The first of January 1970 was a Thursday.
  return static_cast<double>(((moment.days + 4) % 7 + 7) % 7);
}
double dayOfYear(const Moment& moment) {
  int day = moment.day;
  for (int month = 1; month < moment.month; ++month) day += lengthOf(moment.year, month);
  return day;
}
double daysInMonth(const Moment& moment) { return lengthOf(moment.year, moment.month); }
double month(const Moment& moment) { return moment.month; }
double year(const Moment& moment) { return static_cast<double>(moment.year); }

template <double (*part)(const Moment&)>
Matrix each(CallContext& context) {
  Matrix matrix;
  if (context.size() == 0) {
    Column times(context.steps().count());
    for (std::size_t i = 0; i < times.size(); ++i) {
      times[i] = static_cast<double>(context.steps().time(i) / 1000);
    }
    matrix.push_back({Labels(), std::move(times)});
  } else {
    matrix = context.vector(0);
    keepNumbers(matrix);
  }
  for (Series& series : matrix) {
    for (double& value : series.points) {
      if (isPresent(value)) value = part(momentOf(value));
    }
    context.dropName(series);
  }
  mergeDuplicates(matrix);
  return matrix;
}

Matrix timestamp(CallContext& context) {
  Matrix matrix = context.sampleTimes(0);
  for (Series& series : matrix) context.dropName(series);
  mergeDuplicates(matrix);
  return matrix;
}

constexpr std::array<VectorFunction, 9> kFunctions = {{
    {"minute", each<minute>},
    {"hour", each<hour>},
    {"day_of_month", each<dayOfMonth>},
    {"day_of_week", each<dayOfWeek>},
    {"day_of_year", each<dayOfYear>},
    {"days_in_month", each<daysInMonth>},
    {"month", each<month>},
    {"year", each<year>},
    {"timestamp", timestamp},
}};

}  // namespace

std::span<const VectorFunction> timeFunctions() { return kFunctions; }

}  // namespace orchestrator_exporter::promql
