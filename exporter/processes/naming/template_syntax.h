#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/processes/naming/template_value.h"

namespace orchestrator_exporter {

// A name template, read: the subset of Go's text/template that names need, without the actions
// define, template, block, break and continue and the functions call, html, js and urlquery.

struct TemplatePipe;

// One operand of a command, with the fields that are asked of it: .Matches.Port, $x, (…).Year, "a".
struct TemplateOperand {
  enum class Kind : std::uint8_t { kLiteral, kDot, kVariable, kFunction, kPipe };
  Kind kind = Kind::kLiteral;
  TemplateValue literal = {};
  std::string name = {};  // of the variable, with its $, or of the function
  std::shared_ptr<const TemplatePipe> pipe = {};
  std::vector<std::string> fields = {};
};

// A function or method with its arguments, or one operand alone.
using TemplateCommand = std::vector<TemplateOperand>;

// Commands of which each hands its value to the next as the last argument.
struct TemplatePipe {
  std::vector<std::string> variables = {};  // that take the value
  bool declares = false;                    // := instead of =
  std::vector<TemplateCommand> commands = {};
};

struct TemplateNode {
  enum class Kind : std::uint8_t { kText, kPrint, kIf, kRange, kWith };
  Kind kind = Kind::kText;
  std::string text = {};
  TemplatePipe pipe = {};
  std::vector<TemplateNode> body = {};
  std::vector<TemplateNode> otherwise = {};
};

// Reads a template. Throws StartError "<place>: bad template '…': …" where it is none.
std::vector<TemplateNode> parseTemplate(std::string_view place, std::string_view text);

}  // namespace orchestrator_exporter
