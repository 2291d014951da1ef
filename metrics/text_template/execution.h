#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/text_template/syntax.h"

namespace orchestrator_exporter::text_template {

// One template: what a text has as its own or defines under a name.
struct Definition {
  // The text that it stands in, with the name that errors give it.
  struct Source {
    std::string name;
    std::string text;
  };
  std::shared_ptr<const Source> source;
  Nodes nodes;
};

// Null if there is none of this name.
using FindDefinition = std::function<const Definition*(std::string_view name)>;

struct ExecutionLimits {
  std::size_t depth = 100;                // of templates that use each other
  std::size_t outputBytes = 1024 * 1024;  // that are written
  // What actions print is written so, but for values of the type template.HTML. Null: as it is.
  std::string (*escape)(std::string_view) = nullptr;
};

// Runs templates over data, writing to `out`.
class Execution {
 public:
  Execution(const FindDefinition& find, const Context* context, const ExecutionLimits& limits,
            std::string& out)
      : find_(find), context_(context), limits_(limits), out_(out) {}

  // Throws ExecutionError; what was written before stays written.
  void run(std::string_view name, const Definition& definition, const Value& data);

 private:
  struct Variable {
    std::string_view name;
    Value value;
  };
  enum class Flow : std::uint8_t { kGoesOn, kBreaks, kContinues };
  // What errors are at: an operand, or a whole command.
  struct Place {
    const Operand* operand = nullptr;
    const Command* command = nullptr;
    const Node* node = nullptr;
  };

  [[noreturn]] void fail(const std::string& reason) const;
  void write(std::string_view text);

  Flow execute(const Nodes& nodes);
  Flow execute(const Node& node);
  Flow executeChoice(const Node& node);
  Flow executeWith(const Value& dot, const Nodes& nodes);
  Flow executeRange(const Node& node);
  void executeTemplate(const Node& node);

  void set(const std::string& name, const Value& value, bool declares);
  Variable* find(std::string_view name);

  Value valueOf(const Pipe& pipe);
  Value evaluate(const Pipe& pipe);
  Value call(const Command& command, const std::optional<Value>& handed);
  Value callFunction(const Command& command, const std::optional<Value>& handed);
  Value decide(const Command& command, const std::optional<Value>& handed);
  [[noreturn]] void refuseCall(const Command& command, const std::optional<Value>& handed);
  void requireCount(const Function& function, std::size_t given) const;
  // The values behind the command's first operand, and what is handed over, if they fit.
  void addArguments(const Function& function, const Command& command,
                    const std::optional<Value>& handed, std::vector<Value>& arguments);
  Value argument(const Operand& operand, char parameter);
  void requireType(const Value& value, char parameter) const;
  Value evaluate(const Operand& operand);
  Value base(const Operand& operand);
  Value fields(const Command& command, const std::optional<Value>& handed);
  // Of the last field `command` and `handed` are its arguments; else they are null and empty.
  Value fieldOf(const Value& value, const std::string& name, const Command* command,
                const std::optional<Value>& handed);
  Value callMethod(const Function& method, const Value& self, const Command* command,
                   const std::optional<Value>& handed);

  const FindDefinition& find_;
  const Context* context_;
  const ExecutionLimits limits_;
  std::string& out_;
  std::string_view name_;  // of the template that runs
  const Definition* definition_ = nullptr;
  std::size_t depth_ = 0;
  const Value* dot_ = nullptr;
  std::vector<Variable> variables_;
  std::size_t firstVariable_ = 0;  // of the template that runs
  Place place_;
};

}  // namespace orchestrator_exporter::text_template
