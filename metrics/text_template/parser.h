#pragma once

#include <map>
#include <string>
#include <string_view>

#include "metrics/text_template/syntax.h"

namespace orchestrator_exporter::text_template {

// What one text gives: its own nodes, and what it defines under names.
struct Parsed {
  Nodes nodes;
  std::map<std::string, Nodes, std::less<>> definitions;
};

// Reads a template: all of Go's actions (if, else, range, with, define, block, template, break,
// continue, comments, trim marks). Throws SyntaxError.
Parsed parse(std::string_view text, const Functions& functions);

// As Go writes them in its errors.
std::string textOf(const Operand& operand);
std::string textOf(const Command& command);

}  // namespace orchestrator_exporter::text_template
