#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/processes/naming/template_value.h"

namespace orchestrator_exporter {

// What the template function printf makes of a format and its values: the verbs v, s, d, q and t
// with the flags - 0 + and width and precision, which count characters. A verb that does not fit
// its value, a value too few and a value too many show in the text: %!d(string=nginx),
// %!s(MISSING), %!(EXTRA int=4).
std::string formatted(std::string_view format, const std::vector<TemplateValue>& values);

}  // namespace orchestrator_exporter
