#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace orchestrator_exporter {

// A value in a name template. What does not exist (a capture that no expression has) is Missing.
struct TemplateMissing {
  auto operator<=>(const TemplateMissing&) const = default;
};
using TemplateList = std::vector<std::string>;
using TemplateMap = std::map<std::string, std::string, std::less<>>;
using TemplateTime = std::chrono::sys_time<std::chrono::milliseconds>;
using TemplateValue = std::variant<TemplateMissing, bool, std::int64_t, std::string, TemplateList,
                                   TemplateMap, TemplateTime>;

// How a template prints the value: lists as [a b], maps as map[key:value], what is missing as
// <no value>, times as 2006-01-02 15:04:05.99 +0000 UTC.
std::string printed(const TemplateValue& value);
// False for missing, false, 0 and what is empty.
bool isTrue(const TemplateValue& value);

}  // namespace orchestrator_exporter
