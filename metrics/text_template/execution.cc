#include "metrics/text_template/execution.h"

#include <algorithm>

#include "metrics/text_template/format.h"
#include "metrics/text_template/methods.h"
#include "metrics/text_template/parameters.h"
#include "metrics/text_template/parser.h"
#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter::text_template {

namespace {

// So many times a range over a number goes at most.
constexpr std::int64_t kMostRounds = 100'000;

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
    words = "{{template " + doubleQuoted(place_.node->text) + "}}";
  }
  const Definition::Source& source = *definition_->source;
  const std::string_view before = std::string_view(source.text).substr(0, position);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t lineBreak = before.rfind('\n');
  const std::size_t column =
      lineBreak == std::string_view::npos ? position : position - lineBreak - 1;
  throw ExecutionError("template: " + source.name + ":" + std::to_string(line) + ":" +
                       std::to_string(column) + ": executing " + doubleQuoted(name_) + " at <" +
                       words + ">: " + reason);
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
  } else if (const std::int64_t* const most = wholeNumberOf(value)) {
    if (*most > kMostRounds) fail("range can't iterate over " + printed(value));
    for (std::int64_t i = 0; i < *most; ++i) elements.emplace_back(i, i);
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
  if (definition == nullptr) fail("template " + doubleQuoted(node.text) + " not defined");
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

void Execution::requireCount(const Function& function, std::size_t given) const {
  if (given >= function.fewest() && (given == function.fewest() || function.takesMore())) return;
  fail("wrong number of args for " + std::string(function.name) + ": want " +
       (function.takesMore() ? "at least " : "") + std::to_string(function.fewest()) + " got " +
       std::to_string(given));
}

void Execution::addArguments(const Function& function, const Command& command,
                             const std::optional<Value>& handed, std::vector<Value>& arguments) {
  for (std::size_t i = 1; i < command.size(); ++i) {
    arguments.push_back(argument(command[i], parameterAt(function, i - 1)));
  }
  if (!handed) return;
  requireType(*handed, parameterAt(function, command.size() - 1));
  arguments.push_back(*handed);
}

Value Execution::callFunction(const Command& command, const std::optional<Value>& handed) {
  const Function& function = *command.front().function;
  requireCount(function, command.size() - 1 + (handed ? 1 : 0));
  if (function.call == nullptr) {
    if (function.name == "call") refuseCall(command, handed);
    return decide(command, handed);
  }
  std::vector<Value> arguments;
  addArguments(function, command, handed, arguments);
  try {
    return function.call(arguments, context_);
  } catch (const CallError& error) {
    place_ = {.command = &command};
    fail("error calling " + std::string(function.name) + ": " + error.what());
  }
}

void Execution::refuseCall(const Command& command, const std::optional<Value>& handed) {
  const bool isWritten = command.size() > 1;
  const Value value = isWritten ? argument(command[1], 'a') : *handed;
  place_ = {.command = &command};
  if (std::holds_alternative<Missing>(value)) fail("error calling call: call of nil");
  fail("error calling call: non-function " +
       (isWritten ? textOf(command[1]) : std::string(command[0].text)) + " of type " +
       std::string(typeName(value)));
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
    if (whole && parameter == 'd') return NamedInteger{*whole, &kDuration};
    if (fits(operand.literal, parameter)) return operand.literal;
    const std::string_view wanted = literalOfParameter(parameter);
    if (wanted.empty()) {
      fail("can't handle " + textOf(operand) + " for arg of type " +
           std::string(typeOfParameter(parameter)));
    }
    fail("expected " + std::string(wanted) + "; found " + textOf(operand));
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

// An error of a field is at what was evaluated last, as Go has it.
Value Execution::evaluate(const Operand& operand) {
  Value value = base(operand);
  for (const std::string& name : operand.fields) value = fieldOf(value, name, nullptr, {});
  return value;
}

// The fields of the command's first operand, the last of which is a method that takes the others.
Value Execution::fields(const Command& command, const std::optional<Value>& handed) {
  const Operand& first = command.front();
  Value value = base(first);
  for (std::size_t i = 0; i < first.fields.size(); ++i) {
    const bool isLast = i + 1 == first.fields.size();
    value = fieldOf(value, first.fields[i], isLast ? &command : nullptr,
                    isLast ? handed : std::optional<Value>());
  }
  return value;
}

Value Execution::fieldOf(const Value& value, const std::string& name, const Command* command,
                         const std::optional<Value>& handed) {
  const auto refuse = [&] {
    fail("can't evaluate field " + name + " in type " + std::string(typeName(value)));
  };
  const bool hasArguments = (command && command->size() > 1) || handed;
  const auto callOwn = [&](Method method) -> std::optional<Value> {
    if (method == nullptr) return std::nullopt;
    std::vector<Value> arguments;
    for (std::size_t i = 1; command && i < command->size(); ++i) {
      arguments.push_back(argument((*command)[i], 'a'));
    }
    if (handed) arguments.push_back(*handed);
    try {
      return method(value, name, arguments);
    } catch (const CallError& error) {
      fail("error calling " + name + ": " + error.what());
    }
  };
  std::optional<Value> found;
  if (std::holds_alternative<Missing>(value)) return {};
  if (const auto* map = std::get_if<std::shared_ptr<const Map>>(&value)) {
    if ((found = callOwn((*map)->method))) return *std::move(found);
    const Value* const entry = (*map)->find(name);
    found = entry ? *entry : (*map)->zero;
    if (hasArguments) fail(name + " is not a method but has arguments");
  } else if (const auto* list = std::get_if<std::shared_ptr<const List>>(&value)) {
    found = callOwn((*list)->method);
    if (!found) refuse();
  } else if (const auto* object = std::get_if<std::shared_ptr<const Object>>(&value)) {
    found = (*object)->field(name);
    if (!found) refuse();
    if (hasArguments) fail(name + " has arguments but cannot be invoked as function");
  } else if (const Function* const method = methodOf(value, name)) {
    found = callMethod(*method, value, command, handed);
  } else {
    refuse();
  }
  return *std::move(found);
}

Value Execution::callMethod(const Function& method, const Value& self, const Command* command,
                            const std::optional<Value>& handed) {
  const Place place = place_;
  requireCount(method, (command ? command->size() - 1 : 0) + (handed ? 1 : 0));
  if (method.call == nullptr) fail(unusable(method.name));
  std::vector<Value> arguments = {self};
  if (command) addArguments(method, *command, handed, arguments);
  try {
    return method.call(arguments, context_);
  } catch (const CallError& error) {
    place_ = place;
    fail("error calling " + std::string(method.name) + ": " + error.what());
  }
}

}  // namespace orchestrator_exporter::text_template
