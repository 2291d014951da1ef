#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "exporter/processes/naming/template_value.h"

namespace orchestrator_exporter {

// A function that templates have of themselves, as the documentation of text/template lists them:
// nullopt if the arguments do not fit it.
using TemplateFunction = std::optional<TemplateValue> (*)(const std::vector<TemplateValue>&);
// eq, ge, gt, index, le, len, lt, ne, not, print, printf, println or slice; nullptr for any other
// name. `and` and `or` are none, because they do not evaluate all of their arguments.
TemplateFunction findTemplateFunction(std::string_view name);

}  // namespace orchestrator_exporter
