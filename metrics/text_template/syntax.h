#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/text_template/function.h"
#include "metrics/text_template/value.h"

// What a template means, as a tree.
namespace orchestrator_exporter::text_template {

struct Pipe;

// One operand of a command, with the fields that are asked of it: .Matches.Port, $x, (…).Year, "a".
struct Operand {
  enum class Kind : std::uint8_t { kLiteral, kNil, kDot, kVariable, kFunction, kPipe };
  Kind kind = Kind::kLiteral;
  Value literal = {};
  std::string text = {};  // as it was written, without fields; of a variable with its $
  std::shared_ptr<const Pipe> pipe = {};
  std::vector<std::string> fields = {};
  const Function* function = nullptr;
  std::size_t position = 0;  // in the text
};

// A function or method with its arguments, or one operand alone.
using Command = std::vector<Operand>;

// Commands of which each hands its value to the next as the last argument.
struct Pipe {
  std::vector<std::string> variables = {};  // that take the value
  bool declares = false;                    // := instead of =
  std::vector<Command> commands = {};
};

struct Node {
  enum class Kind : std::uint8_t {
    kText,
    kPrint,
    kIf,
    kRange,
    kWith,
    kTemplate,  // `text` is the name; `pipe` may be without commands
    kBreak,
    kContinue
  };
  Kind kind = Kind::kText;
  std::string text = {};
  Pipe pipe = {};
  std::vector<Node> body = {};
  std::vector<Node> otherwise = {};
  std::size_t position = 0;  // of a kTemplate that of its name
};
using Nodes = std::vector<Node>;

}  // namespace orchestrator_exporter::text_template
