#pragma once

#include <span>
#include <string>
#include <string_view>

#include "metrics/text_template/value.h"

namespace orchestrator_exporter::text_template {

// What the template function printf makes of a format and its values, as Go's package fmt has it:
// the verbs v, s, d, b, o, O, x, X, c, e, E, f, F, g, G, q, t, T and U with the flags - 0 + # and
// blank, width and precision, which count characters, * and [2]. A verb that does not fit its
// value, a value too few and a value too many show in the text: %!d(string=nginx), %!s(MISSING),
// %!(EXTRA int=4). Widths end at 4,096.
std::string formatted(std::string_view format, std::span<const Value> values);

// The text in double quotes as a literal of Go: what cannot be printed is escaped.
std::string doubleQuoted(std::string_view text);
// Likewise, with escapes of all that is not ASCII.
std::string quotedAscii(std::string_view text);

}  // namespace orchestrator_exporter::text_template
