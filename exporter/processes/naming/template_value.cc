#include "exporter/processes/naming/template_value.h"

namespace orchestrator_exporter {

namespace {

// The number with zeros ahead of it where it is shorter than the width.
std::string padded(std::int64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  return std::string(digits.size() < width ? width - digits.size() : 0, '0') + digits;
}

// As Go prints a time in UTC: trailing zeros of the fraction are left out.
std::string printedTime(TemplateTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<std::chrono::milliseconds> clock(time - day);
  std::string fraction;
  if (clock.subseconds().count() != 0) {
    fraction = "." + padded(clock.subseconds().count(), 3);
    while (fraction.back() == '0') fraction.pop_back();
  }
  return padded(static_cast<int>(date.year()), 4) + "-" +
         padded(static_cast<unsigned>(date.month()), 2) + "-" +
         padded(static_cast<unsigned>(date.day()), 2) + " " + padded(clock.hours().count(), 2) +
         ":" + padded(clock.minutes().count(), 2) + ":" + padded(clock.seconds().count(), 2) +
         fraction + " +0000 UTC";
}

struct Printer {
  std::string operator()(TemplateMissing) const { return "<no value>"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const TemplateList& list) const {
    std::string text = "[";
    for (const std::string& entry : list) text.append(text.size() > 1 ? " " : "").append(entry);
    return text + "]";
  }
  std::string operator()(const TemplateMap& map) const {
    std::string text = "map";
    for (const auto& [key, value] : map) {
      text.append(text.size() > 3 ? " " : "[").append(key).append(":").append(value);
    }
    return text + (map.empty() ? "[]" : "]");
  }
  std::string operator()(TemplateTime time) const { return printedTime(time); }
};

}  // namespace

std::string printed(const TemplateValue& value) { return std::visit(Printer{}, value); }

bool isTrue(const TemplateValue& value) {
  struct Truth {
    bool operator()(TemplateMissing) const { return false; }
    bool operator()(bool given) const { return given; }
    bool operator()(std::int64_t number) const { return number != 0; }
    bool operator()(const std::string& text) const { return !text.empty(); }
    bool operator()(const TemplateList& list) const { return !list.empty(); }
    bool operator()(const TemplateMap& map) const { return !map.empty(); }
    bool operator()(TemplateTime) const { return true; }
  };
  return std::visit(Truth{}, value);
}

}  // namespace orchestrator_exporter
