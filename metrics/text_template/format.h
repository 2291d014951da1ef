#pragma once

#include <span>
#include <string>
#include <string_view>

#include "metrics/text_template/value.h"

namespace orchestrator_exporter::text_template {

// What the template function printf makes of a format and its values, as Go's package fmt has it:
// the verbs v, s, d, b, o, x, X, c, e, E, f, F, g, G, q, t and T with the flags - 0 + and blank,
// width and precision, which count characters. A verb that does not fit its value, a value too few
// and a value too many show in the text: %!d(string=nginx), %!s(MISSING), %!(EXTRA int=4).
std::string formatted(std::string_view format, std::span<const Value> values);

// The text in double quotes as a literal of Go: what cannot be printed is escaped.
std::string quoted(std::string_view text);

}  // namespace orchestrator_exporter::text_template
