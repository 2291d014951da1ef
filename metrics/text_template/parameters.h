#pragma once

#include <string_view>

#include "metrics/text_template/function.h"

// The letters of Function::parameters.
namespace orchestrator_exporter::text_template {

char parameterAt(const Function& function, std::size_t at);
bool fits(const Value& value, char parameter);
// As Go names the types of parameters.
std::string_view typeOfParameter(char parameter);
// What a literal has to be, as Go says it; empty of what no literal is.
std::string_view literalOfParameter(char parameter);

}  // namespace orchestrator_exporter::text_template
