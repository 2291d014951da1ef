#pragma once

#include <string>
#include <vector>

#include "metrics/promql/syntax/expression.h"
#include "metrics/promql/syntax/token_stream.h"

namespace orchestrator_exporter::promql {

// `{a="b", ...}`, which is next: adds the matchers. Returns where it ends.
std::size_t readMatchers(TokenStream& tokens, Selector& selector);

// `(a, b)` after by, without, on, ignoring, group_left and group_right.
std::vector<std::string> readGroupingLabels(TokenStream& tokens);

// What a number or duration that was taken stands for.
NumberLiteral readNumber(const TokenStream& tokens, const Token& token);

}  // namespace orchestrator_exporter::promql
