#include "exporter/processes/naming/template_syntax.h"

#include <algorithm>
#include <optional>

#include "exporter/kernel/row.h"
#include "exporter/processes/naming/template_functions.h"
#include "exporter/processes/naming/template_lexer.h"

namespace orchestrator_exporter {

namespace {

using Kind = TemplateToken::Kind;
using Nodes = std::vector<TemplateNode>;

// and and or are here too, because they do not evaluate all of their arguments.
bool isFunction(std::string_view name) {
  return name == "and" || name == "or" || findTemplateFunction(name) != nullptr;
}

// Parentheses and blocks may lie in each other this deep.
constexpr int kDeepest = 50;

class Parser {
 public:
  Parser(std::string_view place, std::string_view text)
      : place_(place), text_(text), tokens_(lexTemplate(place, text)) {}

  Nodes parse() {
    Nodes nodes = parseNodes();
    if (at_ < tokens_.size()) refuse("unexpected {{" + tokens_[at_].text + "}}");
    return nodes;
  }

 private:
  [[noreturn]] void refuse(std::string_view reason) const { refuseTemplate(place_, text_, reason); }

  const TemplateToken* peek() const { return at_ < tokens_.size() ? &tokens_[at_] : nullptr; }
  bool nextIs(Kind kind, std::string_view text = {}) const {
    const TemplateToken* next = peek();
    return next != nullptr && next->kind == kind && (text.empty() || next->text == text);
  }
  bool take(Kind kind, std::string_view text = {}) {
    if (!nextIs(kind, text)) return false;
    ++at_;
    return true;
  }
  // The next action is one of those that end a list of nodes.
  bool listEnds() const {
    return nextIs(Kind::kIdentifier, "end") || nextIs(Kind::kIdentifier, "else");
  }
  void requireActionEnd() {
    if (!take(Kind::kActionEnd)) {
      refuse(peek() ? "unexpected '" + peek()->text + "'" : std::string("unclosed action"));
    }
  }

  Nodes parseNodes() {
    Nodes nodes;
    while (peek() != nullptr && !listEnds()) nodes.push_back(parseNode());
    return nodes;
  }

  TemplateNode parseNode() {
    TemplateNode node;
    if (nextIs(Kind::kText)) {
      node.text = tokens_[at_++].text;
      return node;
    }
    if (take(Kind::kIdentifier, "if")) return parseBlock(TemplateNode::Kind::kIf);
    if (take(Kind::kIdentifier, "with")) return parseBlock(TemplateNode::Kind::kWith);
    if (take(Kind::kIdentifier, "range")) return parseBlock(TemplateNode::Kind::kRange);
    node.kind = TemplateNode::Kind::kPrint;
    node.pipe = parsePipe(1);
    requireActionEnd();
    return node;
  }

  TemplateNode parseBlock(TemplateNode::Kind kind) {
    if (++depth_ > kDeepest) refuse("too many blocks in each other");
    const std::size_t variables = variables_.size();
    const bool isRange = kind == TemplateNode::Kind::kRange;
    TemplateNode node;
    node.kind = kind;
    node.pipe = parsePipe(isRange ? 2 : 1);
    requireActionEnd();
    node.body = parseNodes();
    if (take(Kind::kIdentifier, "else")) {
      // {{else if …}} is an if within the else, and has its {{end}} in common with it.
      if (!isRange && nextIs(Kind::kIdentifier) && !listEnds()) {
        if (!nextIs(Kind::kIdentifier, kind == TemplateNode::Kind::kIf ? "if" : "with")) {
          refuse("unexpected '" + peek()->text + "' behind else");
        }
        ++at_;
        node.otherwise.push_back(parseBlock(kind));
        variables_.resize(variables);
        --depth_;
        return node;
      }
      requireActionEnd();
      node.otherwise = parseNodes();
    }
    if (!take(Kind::kIdentifier, "end")) refuse("a block has no {{end}}");
    requireActionEnd();
    variables_.resize(variables);
    --depth_;
    return node;
  }

  // Takes `$a :=`, `$a =` and, in a range, `$a, $b :=` where they stand next.
  void parseVariables(TemplatePipe& pipe, std::size_t most) {
    const std::size_t begin = at_;
    std::vector<std::string> names;
    while (nextIs(Kind::kVariable)) {
      names.push_back(tokens_[at_++].text);
      if (!take(Kind::kPunctuation, ",")) break;
    }
    const bool declares = nextIs(Kind::kPunctuation, ":=");
    if (names.empty() || (!declares && !nextIs(Kind::kPunctuation, "="))) {
      at_ = begin;
      return;
    }
    ++at_;
    if (names.size() > most) refuse("too many variables");
    for (const std::string& name : names) {
      if (!declares) requireVariable(name);
    }
    pipe.variables = std::move(names);
    pipe.declares = declares;
  }

  void requireVariable(const std::string& name) const {
    const bool known =
        name == "$" || std::find(variables_.begin(), variables_.end(), name) != variables_.end();
    if (!known) refuse("undefined variable '" + name + "'");
  }

  TemplatePipe parsePipe(std::size_t mostVariables) {
    if (++depth_ > kDeepest) refuse("too many parentheses in each other");
    TemplatePipe pipe;
    parseVariables(pipe, mostVariables);
    do {
      pipe.commands.push_back(parseCommand());
    } while (take(Kind::kPunctuation, "|"));
    for (std::size_t i = 1; i < pipe.commands.size(); ++i) {
      const TemplateOperand& first = pipe.commands[i][0];
      if (first.kind != TemplateOperand::Kind::kFunction)
        refuse("what follows | must be a function");
    }
    if (pipe.declares) {
      variables_.insert(variables_.end(), pipe.variables.begin(), pipe.variables.end());
    }
    --depth_;
    return pipe;
  }

  TemplateCommand parseCommand() {
    TemplateCommand command;
    while (auto operand = parseOperand(command.empty())) command.push_back(std::move(*operand));
    if (command.empty()) refuse("missing value for an action");
    if (command.size() > 1 && command[0].kind != TemplateOperand::Kind::kFunction) {
      refuse("only functions take arguments");
    }
    return command;
  }

  std::optional<TemplateOperand> parseOperand(bool isFirst) {
    const TemplateToken* next = peek();
    if (next == nullptr) refuse("unclosed action");
    TemplateOperand operand;
    if (next->kind == Kind::kPunctuation && next->text == "(") {
      ++at_;
      operand.kind = TemplateOperand::Kind::kPipe;
      operand.pipe = std::make_shared<const TemplatePipe>(parsePipe(0));
      if (!take(Kind::kPunctuation, ")")) refuse("unclosed parenthesis");
    } else if (!readSimple(*next, operand)) {
      return std::nullopt;
    }
    if (!isFirst && !tokens_[at_ - 1].afterSpace && operand.kind != TemplateOperand::Kind::kPipe) {
      refuse("operands must be separated by a blank");
    }
    while (nextIs(Kind::kField) && !peek()->afterSpace) {
      if (operand.kind == TemplateOperand::Kind::kFunction) refuse("a function has no fields");
      operand.fields.push_back(tokens_[at_++].text);
    }
    return operand;
  }

  // Takes an operand of one token.
  bool readSimple(const TemplateToken& token, TemplateOperand& operand) {
    switch (token.kind) {
      case Kind::kDot:
      case Kind::kField:
        operand.kind = TemplateOperand::Kind::kDot;
        if (token.kind == Kind::kField) operand.fields.push_back(token.text);
        break;
      case Kind::kVariable:
        requireVariable(token.text);
        operand.kind = TemplateOperand::Kind::kVariable;
        operand.name = token.text;
        break;
      case Kind::kString:
        operand.literal = token.text;
        break;
      case Kind::kNumber:
        operand.literal = *parseInteger(token.text);
        break;
      case Kind::kIdentifier:
        readIdentifier(token.text, operand);
        break;
      default:
        return false;
    }
    ++at_;
    return true;
  }

  void readIdentifier(const std::string& name, TemplateOperand& operand) const {
    if (name == "true" || name == "false") {
      operand.literal = name == "true";
    } else if (isFunction(name)) {
      operand.kind = TemplateOperand::Kind::kFunction;
      operand.name = name;
    } else if (name != "nil") {
      refuse("function '" + name + "' is not known");
    }
  }

  std::string_view place_;
  std::string_view text_;
  std::vector<TemplateToken> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::vector<std::string> variables_;
};

}  // namespace

Nodes parseTemplate(std::string_view place, std::string_view text) {
  return Parser(place, text).parse();
}

}  // namespace orchestrator_exporter
