#include "exporter/processes/naming/name_template.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "exporter/processes/naming/template_functions.h"
#include "exporter/processes/naming/template_lexer.h"

namespace orchestrator_exporter {

namespace {

using Nodes = std::vector<TemplateNode>;

constexpr std::string_view kFields[] = {"Comm",      "ExeBase", "ExeFull", "Username",
                                        "StartTime", "Matches", "PID",     "Cgroups"};

// Calls visit(fields, onProcess) for each operand, where onProcess tells that the fields are asked
// of the process itself. `dotIsProcess` is false within range and with.
class FieldWalk {
 public:
  using Visit = std::function<void(const std::vector<std::string>& fields, bool onProcess)>;
  explicit FieldWalk(Visit visit) : visit_(std::move(visit)) {}

  void walk(const Nodes& nodes, bool dotIsProcess) const {
    for (const TemplateNode& node : nodes) {
      walk(node.pipe, dotIsProcess);
      const bool changesDot =
          node.kind == TemplateNode::Kind::kRange || node.kind == TemplateNode::Kind::kWith;
      walk(node.body, dotIsProcess && !changesDot);
      walk(node.otherwise, dotIsProcess);
    }
  }

 private:
  void walk(const TemplatePipe& pipe, bool dotIsProcess) const {
    for (const TemplateCommand& command : pipe.commands) {
      for (const TemplateOperand& operand : command) {
        const bool isDot = operand.kind == TemplateOperand::Kind::kDot;
        const bool isRoot = operand.kind == TemplateOperand::Kind::kVariable && operand.name == "$";
        visit_(operand.fields, (isDot && dotIsProcess) || isRoot);
        if (operand.pipe) walk(*operand.pipe, dotIsProcess);
      }
    }
  }

  Visit visit_;
};

// Runs a template over one process. Where it cannot go on, failed() is true and nothing more is
// written.
class Execution {
 public:
  Execution(const ProcessIdentity& process, const TemplateMap& matches)
      : process_(process), matches_(matches) {}

  std::string run(const Nodes& nodes) {
    execute(nodes);
    return std::move(out_);
  }

 private:
  struct Variable {
    std::string name;
    TemplateValue value;
  };

  TemplateValue fail() {
    failed_ = true;
    return {};
  }

  void execute(const Nodes& nodes) {
    const std::size_t variables = variables_.size();
    for (const TemplateNode& node : nodes) {
      if (failed_) break;
      execute(node);
    }
    variables_.resize(variables);
  }

  void execute(const TemplateNode& node) {
    switch (node.kind) {
      case TemplateNode::Kind::kText:
        out_ += node.text;
        return;
      case TemplateNode::Kind::kPrint: {
        const TemplateValue value = evaluate(node.pipe);
        if (!failed_ && node.pipe.variables.empty()) out_ += printed(value);
        return;
      }
      default:
        executeBlock(node);
    }
  }

  void executeBlock(const TemplateNode& node) {
    const std::size_t variables = variables_.size();
    if (node.kind == TemplateNode::Kind::kRange) {
      executeRange(node);
    } else {
      const TemplateValue value = evaluate(node.pipe);
      if (failed_) return;
      const bool changesDot = node.kind == TemplateNode::Kind::kWith;
      if (!isTrue(value)) {
        execute(node.otherwise);
      } else if (changesDot) {
        executeWith(value, node.body);
      } else {
        execute(node.body);
      }
    }
    variables_.resize(variables);
  }

  void executeWith(const TemplateValue& dot, const Nodes& nodes) {
    const TemplateValue* const before = dot_;
    dot_ = &dot;
    execute(nodes);
    dot_ = before;
  }

  void executeRange(const TemplateNode& node) {
    TemplatePipe pipe = node.pipe;
    pipe.variables.clear();  // they take the elements and not the whole
    const TemplateValue value = evaluate(pipe);
    std::vector<std::pair<TemplateValue, TemplateValue>> elements;
    if (const auto* list = std::get_if<TemplateList>(&value)) {
      for (const std::string& entry : *list) {
        elements.emplace_back(static_cast<std::int64_t>(elements.size()), entry);
      }
    } else if (const auto* map = std::get_if<TemplateMap>(&value)) {
      for (const auto& [key, entry] : *map) elements.emplace_back(key, entry);
    } else if (!std::holds_alternative<TemplateMissing>(value)) {
      fail();
    }
    if (failed_) return;
    if (elements.empty()) return execute(node.otherwise);
    for (const auto& [key, element] : elements) {
      const std::size_t variables = variables_.size();
      const auto& names = node.pipe.variables;
      if (names.size() == 2) set(names[0], key, node.pipe.declares);
      if (!names.empty()) set(names.back(), element, node.pipe.declares);
      executeWith(element, node.body);
      variables_.resize(variables);
      if (failed_) return;
    }
  }

  void set(const std::string& name, const TemplateValue& value, bool declares) {
    if (declares) {
      variables_.push_back({name, value});
    } else if (Variable* variable = find(name)) {
      variable->value = value;
    }
  }

  Variable* find(const std::string& name) {
    const auto found = std::find_if(variables_.rbegin(), variables_.rend(),
                                    [&](const Variable& known) { return known.name == name; });
    return found == variables_.rend() ? nullptr : &*found;
  }

  TemplateValue evaluate(const TemplatePipe& pipe) {
    std::optional<TemplateValue> value;
    for (const TemplateCommand& command : pipe.commands) {
      value = call(command, value);
      if (failed_) return {};
    }
    for (const std::string& name : pipe.variables) set(name, *value, pipe.declares);
    return *std::move(value);
  }

  // A command with what the command before it hands over.
  TemplateValue call(const TemplateCommand& command, const std::optional<TemplateValue>& handed) {
    const TemplateOperand& first = command[0];
    if (first.kind == TemplateOperand::Kind::kFunction && first.fields.empty()) {
      if (first.name == "and" || first.name == "or") return decide(command, handed);
    } else if (command.size() == 1 && !handed) {
      return evaluate(first);
    }
    std::vector<TemplateValue> arguments;
    for (std::size_t i = 1; i < command.size(); ++i) arguments.push_back(evaluate(command[i]));
    if (handed) arguments.push_back(*handed);
    if (failed_) return {};
    auto result = findTemplateFunction(first.name)(arguments);
    return result ? *std::move(result) : fail();
  }

  // `and` gives its first argument that is false and `or` the first that is true, else the last.
  TemplateValue decide(const TemplateCommand& command, const std::optional<TemplateValue>& handed) {
    const bool decisive = command[0].name == "or";
    std::optional<TemplateValue> value;
    for (std::size_t i = 1; i < command.size(); ++i) {
      value = evaluate(command[i]);
      if (failed_ || isTrue(*value) == decisive) return *value;
    }
    if (handed) return *handed;
    return value ? *value : fail();
  }

  TemplateValue evaluate(const TemplateOperand& operand) {
    std::size_t fields = 0;
    TemplateValue value;
    if (operand.kind == TemplateOperand::Kind::kPipe) {
      value = evaluate(*operand.pipe);
    } else if (operand.kind == TemplateOperand::Kind::kFunction) {
      value = call({operand}, std::nullopt);
    } else if (operand.kind == TemplateOperand::Kind::kLiteral) {
      value = operand.literal;
    } else {
      const TemplateValue* base = dot_;
      if (operand.kind == TemplateOperand::Kind::kVariable) {
        const Variable* variable = find(operand.name);
        base = variable ? &variable->value : nullptr;
      }
      if (base) {
        value = *base;
      } else {
        // The process itself has fields and no value of its own.
        if (operand.fields.empty()) return fail();
        value = fieldOfProcess(operand.fields[fields++]);
      }
    }
    for (; fields < operand.fields.size() && !failed_; ++fields) {
      value = fieldOf(value, operand.fields[fields]);
    }
    return value;
  }

  TemplateValue fieldOf(const TemplateValue& value, const std::string& field) {
    if (const auto* map = std::get_if<TemplateMap>(&value)) {
      const auto entry = map->find(field);
      return entry == map->end() ? TemplateValue() : TemplateValue(entry->second);
    }
    return fail();
  }

  TemplateValue fieldOfProcess(std::string_view field) {
    if (field == "Comm") return std::string(process_.command);
    if (field == "ExeBase") return std::string(process_.executableName());
    if (field == "ExeFull") return std::string(process_.executable());
    if (field == "Username") return process_.username;
    if (field == "PID") return std::int64_t{process_.pid};
    if (field == "StartTime") return process_.start;
    if (field == "Matches") return matches_;
    if (field == "Cgroups") return process_.cgroups;
    return fail();
  }

  const ProcessIdentity& process_;
  const TemplateMap& matches_;
  std::string out_;
  const TemplateValue* dot_ = nullptr;  // null: the process
  std::vector<Variable> variables_;
  bool failed_ = false;
};

}  // namespace

std::string_view lastElement(std::string_view path) {
  if (path.empty()) return ".";
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  return path.size() == 1 || slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view ProcessIdentity::executableName() const {
  return arguments.empty() ? command : lastElement(arguments[0]);
}

NameTemplate::NameTemplate(std::string_view place, std::string_view text)
    : nodes_(parseTemplate(place, text)) {
  const FieldWalk walk([&](const std::vector<std::string>& fields, bool onProcess) {
    if (!onProcess || fields.empty()) return;
    const std::string& field = fields[0];
    if (std::find(std::begin(kFields), std::end(kFields), field) == std::end(kFields)) {
      refuseTemplate(place, text, "a process has no field '." + field + "'");
    }
    if (fields.size() > 1 && field != "Matches") {
      refuseTemplate(place, text, "'." + field + "' has no field '." + fields[1] + "'");
    }
    usesArguments_ |= field == "ExeBase" || field == "ExeFull";
    usesUsername_ |= field == "Username";
    usesCgroups_ |= field == "Cgroups";
    usesStartTime_ |= field == "StartTime";
  });
  walk.walk(nodes_, true);
}

std::string NameTemplate::apply(const ProcessIdentity& process, const TemplateMap& matches) const {
  return Execution(process, matches).run(nodes_);
}

}  // namespace orchestrator_exporter
