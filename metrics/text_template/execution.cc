#include "metrics/text_template/execution.h"

#include <algorithm>

#include "metrics/text_template/format.h"
#include "metrics/text_template/parser.h"
#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter::text_template {

namespace {

// As Go names the types of parameters.
std::string_view typeOfParameter(char parameter) {
  switch (parameter) {
    case 's':
      return "string";
    case 'i':
      return "int";
    case 'n':
      return "float64";
    case 'l':
      return "template.queryResult";
    case 'o':
      return "*template.sample";
    default:
      return "interface {}";
  }
}

bool fits(const Value& value, char parameter) {
  switch (parameter) {
    case 's':
      return std::holds_alternative<std::string>(value);
    case 'i':
      return std::holds_alternative<std::int64_t>(value);
    case 'n':
      return std::holds_alternative<double>(value);
    case 'l':
      return std::holds_alternative<std::shared_ptr<const List>>(value);
    case 'o':
      return std::holds_alternative<std::shared_ptr<const Object>>(value);
    default:
      return true;
  }
}

char parameterAt(const Function& function, std::size_t at) {
  const std::size_t named = function.parameters.size() - (function.takesMore() ? 1 : 0);
  return function.parameters[std::min(at, named - 1)];
}

}  // namespace

void Execution::run(std::string_view name, const Definition& definition, const Value& data) {
  const auto outer = std::tuple(name_, definition_, dot_, firstVariable_, place_);
  if (++depth_ > limits_.depth) {
    fail("exceeded maximum template depth (" + std::to_string(limits_.depth) + ")");
  }
  name_ = name;
  definition_ = &definition;
  dot_ = &data;
  firstVariable_ = variables_.size();
  variables_.push_back({"$", data});
  execute(definition.nodes);
  variables_.resize(firstVariable_);
  std::tie(name_, definition_, dot_, firstVariable_, place_) = outer;
  --depth_;
}

void Execution::fail(const std::string& reason) const {
  std::size_t position = 0;
  std::string words;
  if (place_.operand) {
    position = place_.operand->position;
    words = textOf(*place_.operand);
  } else if (place_.command) {
    position = place_.command->front().position;
    words = textOf(*place_.command);
  } else if (place_.node) {
    position = place_.node->position;
    words = "{{template " + quoted(place_.node->text) + "}}";
  }
  const Definition::Source& source = *definition_->source;
  const std::string_view before = std::string_view(source.text).substr(0, position);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t lineBreak = before.rfind('\n');
  const std::size_t column =
      lineBreak == std::string_view::npos ? position : position - lineBreak - 1;
  throw ExecutionError("template: " + source.name + ":" + std::to_string(line) + ":" +
                       std::to_string(column) + ": executing " + quoted(name_) + " at <" + words +
                       ">: " + reason);
}

void Execution::write(std::string_view text) {
  if (text.size() <= limits_.outputBytes - out_.size()) {
    out_ += text;
    return;
  }
  try {
    fail("the output exceeds " + std::to_string(limits_.outputBytes) + " bytes");
  } catch (const ExecutionError& error) {
    throw OutputLimitError(error.what());
  }
}

Execution::Flow Execution::execute(const Nodes& nodes) {
  const std::size_t variables = variables_.size();
  Flow flow = Flow::kGoesOn;
  for (const Node& node : nodes) {
    flow = execute(node);
    if (flow != Flow::kGoesOn) break;
  }
  variables_.resize(variables);
  return flow;
}

Execution::Flow Execution::execute(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kText:
      write(node.text);
      return Flow::kGoesOn;
    case Node::Kind::kPrint: {
      const Value value = evaluate(node.pipe);
      if (!node.pipe.variables.empty()) return Flow::kGoesOn;
      const bool isEscaped = limits_.escape != nullptr && typeName(value) != "template.HTML";
      write(isEscaped ? limits_.escape(printed(value)) : printed(value));
      return Flow::kGoesOn;
    }
    case Node::Kind::kTemplate:
      executeTemplate(node);
      return Flow::kGoesOn;
    case Node::Kind::kBreak:
      return Flow::kBreaks;
    case Node::Kind::kContinue:
      return Flow::kContinues;
    case Node::Kind::kRange:
      return executeRange(node);
    default:
      return executeChoice(node);
  }
}

Execution::Flow Execution::executeChoice(const Node& node) {
  const std::size_t variables = variables_.size();
  const Value value = evaluate(node.pipe);
  Flow flow = Flow::kGoesOn;
  if (!isTrue(value)) {
    flow = execute(node.otherwise);
  } else if (node.kind == Node::Kind::kWith) {
    flow = executeWith(value, node.body);
  } else {
    flow = execute(node.body);
  }
  variables_.resize(variables);
  return flow;
}

Execution::Flow Execution::executeWith(const Value& dot, const Nodes& nodes) {
  const Value* const before = dot_;
  dot_ = &dot;
  const Flow flow = execute(nodes);
  dot_ = before;
  return flow;
}

Execution::Flow Execution::executeRange(const Node& node) {
  const std::size_t outside = variables_.size();
  const Value value = valueOf(node.pipe);  // its variables take the elements and not the whole
  std::vector<std::pair<Value, Value>> elements;
  if (const auto* list = std::get_if<std::shared_ptr<const List>>(&value)) {
    for (const Value& item : (*list)->items) {
      elements.emplace_back(static_cast<std::int64_t>(elements.size()), item);
    }
  } else if (const auto* map = std::get_if<std::shared_ptr<const Map>>(&value)) {
    for (const auto& [key, entry] : (*map)->entries) elements.emplace_back(key, entry);
  } else if (!std::holds_alternative<Missing>(value)) {
    fail("range can't iterate over " + printed(value));
  }
  if (elements.empty()) return execute(node.otherwise);
  const auto& names = node.pipe.variables;
  for (const auto& [key, element] : elements) {
    if (names.size() == 2) set(names[0], key, node.pipe.declares);
    if (!names.empty()) set(names.back(), element, node.pipe.declares);
    const Flow flow = executeWith(element, node.body);
    variables_.resize(outside);
    if (flow == Flow::kBreaks) break;
  }
  return Flow::kGoesOn;
}

void Execution::executeTemplate(const Node& node) {
  place_ = {.node = &node};
  const Definition* const definition = find_(node.text);
  if (definition == nullptr) fail("template " + quoted(node.text) + " not defined");
  const Value data = node.pipe.commands.empty() ? Value() : evaluate(node.pipe);
  place_ = {.node = &node};
  run(node.text, *definition, data);
}

void Execution::set(const std::string& name, const Value& value, bool declares) {
  if (declares) {
    variables_.push_back({name, value});
  } else if (Variable* variable = find(name)) {
    variable->value = value;
  }
}

Execution::Variable* Execution::find(std::string_view name) {
  for (std::size_t i = variables_.size(); i > firstVariable_; --i) {
    if (variables_[i - 1].name == name) return &variables_[i - 1];
  }
  return nullptr;
}

Value Execution::valueOf(const Pipe& pipe) {
  std::optional<Value> value;
  for (const Command& command : pipe.commands) value = call(command, value);
  return *std::move(value);
}

Value Execution::evaluate(const Pipe& pipe) {
  Value value = valueOf(pipe);
  for (const std::string& name : pipe.variables) set(name, value, pipe.declares);
  return value;
}

// A command with what the command before it hands over.
Value Execution::call(const Command& command, const std::optional<Value>& handed) {
  const Operand& first = command.front();
  place_ = {.operand = &first};
  if (first.kind == Operand::Kind::kFunction) return callFunction(command, handed);
  const bool hasArguments = command.size() > 1 || handed;
  if (hasArguments && first.fields.empty()) {
    fail("can't give argument to non-function " + textOf(first));
  }
  if (hasArguments) return fields(command, handed);
  if (first.kind == Operand::Kind::kNil) fail("nil is not a command");
  return evaluate(first);
}

Value Execution::callFunction(const Command& command, const std::optional<Value>& handed) {
  const Function& function = *command.front().function;
  const std::size_t given = command.size() - 1 + (handed ? 1 : 0);
  if (given < function.fewest() || (given > function.fewest() && !function.takesMore())) {
    fail("wrong number of args for " + std::string(function.name) + ": want " +
         (function.takesMore() ? "at least " : "") + std::to_string(function.fewest()) + " got " +
         std::to_string(given));
  }
  if (function.call == nullptr) return decide(command, handed);
  std::vector<Value> arguments;
  arguments.reserve(given);
  for (std::size_t i = 1; i < command.size(); ++i) {
    arguments.push_back(argument(command[i], parameterAt(function, i - 1)));
  }
  if (handed) {
    requireType(*handed, parameterAt(function, arguments.size()));
    arguments.push_back(*handed);
  }
  try {
    return function.call(arguments, context_);
  } catch (const CallError& error) {
    place_ = {.command = &command};
    fail("error calling " + std::string(function.name) + ": " + error.what());
  }
}

// `and` gives its first argument that is false and `or` the first that is true, else the last.
Value Execution::decide(const Command& command, const std::optional<Value>& handed) {
  const bool decisive = command.front().function->name == "or";
  std::optional<Value> value;
  for (std::size_t i = 1; i < command.size(); ++i) {
    value = argument(command[i], 'a');
    if (isTrue(*value) == decisive) return *std::move(value);
  }
  return handed ? *handed : *std::move(value);
}

Value Execution::argument(const Operand& operand, char parameter) {
  place_ = {.operand = &operand};
  if (operand.kind == Operand::Kind::kLiteral) {
    const auto* whole = std::get_if<std::int64_t>(&operand.literal);
    if (whole && parameter == 'n') return static_cast<double>(*whole);
    if (!fits(operand.literal, parameter)) {
      const std::string_view wanted = parameter == 'i'   ? "integer"
                                      : parameter == 'n' ? "float"
                                                         : typeOfParameter(parameter);
      fail("expected " + std::string(wanted) + "; found " + textOf(operand));
    }
    return operand.literal;
  }
  if (operand.kind == Operand::Kind::kNil) {
    if (parameter != 'a') fail("cannot assign nil to " + std::string(typeOfParameter(parameter)));
    return {};
  }
  Value value = evaluate(operand);
  requireType(value, parameter);
  return value;
}

void Execution::requireType(const Value& value, char parameter) const {
  if (fits(value, parameter)) return;
  const std::string wanted(typeOfParameter(parameter));
  if (std::holds_alternative<Missing>(value)) fail("invalid value; expected " + wanted);
  fail("wrong type for value; expected " + wanted + "; got " + std::string(typeName(value)));
}

// An operand without its fields.
Value Execution::base(const Operand& operand) {
  switch (operand.kind) {
    case Operand::Kind::kPipe:
      return evaluate(*operand.pipe);
    case Operand::Kind::kFunction:
      return callFunction({operand}, std::nullopt);
    case Operand::Kind::kDot:
      return *dot_;
    case Operand::Kind::kVariable: {
      const Variable* const variable = find(operand.text);
      if (variable == nullptr) fail("undefined variable: " + operand.text);
      return variable->value;
    }
    default:
      return operand.literal;
  }
}

Value Execution::evaluate(const Operand& operand) {
  Value value = base(operand);
  if (operand.fields.empty()) return value;
  place_ = {.operand = &operand};
  for (const std::string& name : operand.fields) value = fieldOf(value, name, {});
  return value;
}

// The fields of the command's first operand, the last of which is a method that takes the others.
Value Execution::fields(const Command& command, const std::optional<Value>& handed) {
  const Operand& first = command.front();
  std::vector<Value> arguments;
  for (std::size_t i = 1; i < command.size(); ++i) arguments.push_back(argument(command[i], 'a'));
  if (handed) arguments.push_back(*handed);
  Value value = base(first);
  place_ = {.operand = &first};
  for (std::size_t i = 0; i < first.fields.size(); ++i) {
    const bool isLast = i + 1 == first.fields.size();
    value = fieldOf(value, first.fields[i], isLast ? arguments : std::vector<Value>());
  }
  return value;
}

Value Execution::fieldOf(const Value& value, const std::string& name,
                         std::span<const Value> arguments) {
  const auto refuse = [&] {
    fail("can't evaluate field " + name + " in type " + std::string(typeName(value)));
  };
  const auto callMethod = [&](Method method) -> std::optional<Value> {
    try {
      return method ? method(value, name, arguments) : std::nullopt;
    } catch (const CallError& error) {
      fail("error calling " + name + ": " + error.what());
    }
  };
  std::optional<Value> found;
  if (std::holds_alternative<Missing>(value)) return {};
  if (const auto* map = std::get_if<std::shared_ptr<const Map>>(&value)) {
    if ((found = callMethod((*map)->method))) return *std::move(found);
    const Value* const entry = (*map)->find(name);
    found = entry ? *entry : (*map)->zero;
    if (!arguments.empty()) fail(name + " is not a method but has arguments");
  } else if (const auto* list = std::get_if<std::shared_ptr<const List>>(&value)) {
    found = callMethod((*list)->method);
    if (!found) refuse();
  } else if (const auto* object = std::get_if<std::shared_ptr<const Object>>(&value)) {
    found = (*object)->field(name);
    if (!found) refuse();
    if (!arguments.empty()) fail(name + " has arguments but cannot be invoked as function");
  } else {
    refuse();
  }
  return *std::move(found);
}

}  // namespace orchestrator_exporter::text_template
