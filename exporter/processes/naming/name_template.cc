#include "exporter/processes/naming/name_template.h"

#include <algorithm>
#include <functional>

#include "exporter/host/flags.h"
#include "metrics/base/errors.h"
#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter {

namespace {

using namespace text_template;

constexpr std::string_view kFields[] = {"Comm",      "ExeBase", "ExeFull", "Username",
                                        "StartTime", "Matches", "PID",     "Cgroups"};

// Calls visit(operand, onProcess, hasArguments) for each operand, where onProcess tells that the
// fields are asked of the process itself. `dotIsProcess` is false within range and with, and in
// what a template defines.
class OperandWalk {
 public:
  using Visit = std::function<void(const Operand& operand, bool onProcess, bool hasArguments)>;
  explicit OperandWalk(Visit visit) : visit_(std::move(visit)) {}

  void walk(const Nodes& nodes, bool dotIsProcess) const {
    for (const Node& node : nodes) {
      walk(node.pipe, dotIsProcess);
      const bool changesDot = node.kind == Node::Kind::kRange || node.kind == Node::Kind::kWith;
      walk(node.body, dotIsProcess && !changesDot);
      walk(node.otherwise, dotIsProcess);
    }
  }

 private:
  void walk(const Pipe& pipe, bool dotIsProcess) const {
    for (std::size_t i = 0; i < pipe.commands.size(); ++i) {
      const Command& command = pipe.commands[i];
      for (const Operand& operand : command) {
        const bool isDot = operand.kind == Operand::Kind::kDot;
        const bool isRoot = operand.kind == Operand::Kind::kVariable && operand.text == "$";
        const bool isFirst = &operand == &command.front();
        visit_(operand, (isDot && dotIsProcess) || isRoot,
               isFirst && (command.size() > 1 || i > 0));
        if (operand.pipe) walk(*operand.pipe, dotIsProcess);
      }
    }
  }

  Visit visit_;
};

class ProcessFields final : public Object {
 public:
  ProcessFields(const ProcessIdentity& process, const NamedCaptures& matches)
      : process_(process), matches_(matches) {}

  std::string_view type() const override { return "process"; }
  std::string printed() const override { return std::string(process_.command); }

  std::optional<Value> field(std::string_view name) const override {
    if (name == "Comm") return std::string(process_.command);
    if (name == "ExeBase") return std::string(process_.executableName());
    if (name == "ExeFull") return std::string(process_.executable());
    if (name == "Username") return process_.username;
    if (name == "PID") return std::int64_t{process_.pid};
    if (name == "StartTime") return process_.start;
    if (name == "Matches") return matches();
    if (name == "Cgroups") return cgroups();
    return std::nullopt;
  }

 private:
  Value matches() const {
    Map map;
    map.entries.assign(matches_.begin(), matches_.end());
    return std::make_shared<const Map>(std::move(map));
  }
  Value cgroups() const {
    List list;
    list.items.assign(process_.cgroups.begin(), process_.cgroups.end());
    return std::make_shared<const List>(std::move(list));
  }

  const ProcessIdentity& process_;
  const NamedCaptures& matches_;
};

[[noreturn]] void refuse(std::string_view place, std::string_view text, std::string_view reason) {
  throw StartError(std::string(place) + ": bad template '" + ParseError::printable(text) +
                   "': " + std::string(reason));
}

// Why the operand cannot be had of a process; empty if it can.
std::string faultOf(const Operand& operand) {
  if (operand.fields.empty()) return {};
  const std::string& field = operand.fields[0];
  if (std::find(std::begin(kFields), std::end(kFields), field) == std::end(kFields)) {
    return "a process has no field '." + field + "'";
  }
  if (operand.fields.size() > 1 && field != "Matches") {
    return "'." + field + "' has no field '." + operand.fields[1] + "'";
  }
  return {};
}

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

NameTemplate::NameTemplate(std::string_view place, std::string_view text) {
  const auto templates = std::make_shared<Templates>();
  try {
    templates->add("", std::string(text));
  } catch (const SyntaxError& error) {
    refuse(place, text, error.what());
  }
  const OperandWalk walk([&](const Operand& operand, bool onProcess, bool hasArguments) {
    if (!operand.fields.empty()) note(operand.fields[0]);
    if (hasArguments && operand.kind != Operand::Kind::kFunction) {
      refuse(place, text, "only functions take arguments");
    }
    const std::string fault = onProcess ? faultOf(operand) : std::string();
    if (!fault.empty()) refuse(place, text, fault);
  });
  templates->forEach(
      [&](std::string_view name, const Nodes& nodes) { walk.walk(nodes, name.empty()); });
  template_ = templates;
}

void NameTemplate::note(std::string_view field) {
  usesArguments_ |= field == "ExeBase" || field == "ExeFull";
  usesUsername_ |= field == "Username";
  usesCgroups_ |= field == "Cgroups";
  usesStartTime_ |= field == "StartTime";
}

std::string NameTemplate::apply(const ProcessIdentity& process,
                                const NamedCaptures& matches) const {
  const ProcessFields fields(process, matches);
  std::string name;
  try {
    template_->execute("", borrowed(fields), name);
  } catch (const ExecutionError&) {
    // What came before is the name, as process-exporter has it.
  }
  return name;
}

}  // namespace orchestrator_exporter
