#include "metrics/text_template/parser.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "metrics/text_template/lexer.h"
#include "metrics/text_template/literals.h"
#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter::text_template {

namespace {

using Kind = Token::Kind;

// Parentheses and blocks may lie in each other this deep.
constexpr int kDeepest = 100;

class Parser {
 public:
  Parser(std::string_view text, const Functions& functions)
      : text_(text), functions_(functions), tokens_(lex(text)) {}

  Parsed parse() {
    Parsed parsed;
    parsed.nodes = parseNodes();
    if (at_ < tokens_.size()) refuse("unexpected {{" + tokens_[at_].text + "}}");
    parsed.definitions = std::move(definitions_);
    return parsed;
  }

 private:
  [[noreturn]] void refuse(const std::string& reason) const {
    throw SyntaxError(reason, peek() ? peek()->position : text_.size());
  }

  const Token* peek() const { return at_ < tokens_.size() ? &tokens_[at_] : nullptr; }
  bool nextIs(Kind kind, std::string_view text = {}) const {
    const Token* next = peek();
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
  void goDeeper(const char* what) {
    if (++depth_ > kDeepest) refuse(std::string("too many ") + what + " in each other");
  }

  Nodes parseNodes() {
    Nodes nodes;
    while (peek() != nullptr && !listEnds()) {
      if (take(Kind::kIdentifier, "define")) {
        parseDefinition();
      } else {
        nodes.push_back(parseNode());
      }
    }
    return nodes;
  }

  Node parseNode() {
    Node node;
    node.position = peek()->position;
    if (nextIs(Kind::kText)) {
      node.text = tokens_[at_++].text;
      return node;
    }
    if (take(Kind::kIdentifier, "if")) return parseBlock(Node::Kind::kIf, node.position);
    if (take(Kind::kIdentifier, "with")) return parseBlock(Node::Kind::kWith, node.position);
    if (take(Kind::kIdentifier, "range")) return parseBlock(Node::Kind::kRange, node.position);
    if (take(Kind::kIdentifier, "template")) return parseTemplateCall();
    if (take(Kind::kIdentifier, "block")) return parseNamedBlock();
    if (nextIs(Kind::kIdentifier, "break") || nextIs(Kind::kIdentifier, "continue")) {
      return parseJump(node.position);
    }
    node.kind = Node::Kind::kPrint;
    node.pipe = parsePipe(1);
    requireActionEnd();
    return node;
  }

  Node parseJump(std::size_t position) {
    Node node;
    node.position = position;
    node.kind = nextIs(Kind::kIdentifier, "break") ? Node::Kind::kBreak : Node::Kind::kContinue;
    if (ranges_ == 0) refuse("{{" + peek()->text + "}} outside {{range}}");
    ++at_;
    requireActionEnd();
    return node;
  }

  std::string parseName(std::string_view action) {
    if (!nextIs(Kind::kString)) refuse(std::string(action) + " needs a name in quotes");
    return tokens_[at_++].text;
  }

  // {{template "name" pipeline}}
  Node parseTemplateCall() {
    Node node;
    node.kind = Node::Kind::kTemplate;
    node.position = peek() ? peek()->position : 0;
    node.text = parseName("template");
    if (!nextIs(Kind::kActionEnd)) node.pipe = parsePipe(1);
    requireActionEnd();
    return node;
  }

  // {{block "name" pipeline}}…{{end}}: a definition and its use.
  Node parseNamedBlock() {
    Node node;
    node.kind = Node::Kind::kTemplate;
    node.position = peek() ? peek()->position : 0;
    node.text = parseName("block");
    node.pipe = parsePipe(1);
    requireActionEnd();
    parseBody(node.text);
    return node;
  }

  void parseDefinition() {
    if (depth_ > 0) refuse("unexpected 'define' within a block");
    const std::string name = parseName("define");
    requireActionEnd();
    parseBody(name);
  }

  // The nodes of a template of its own, up to its {{end}}.
  void parseBody(const std::string& name) {
    goDeeper("blocks");
    std::vector<std::string> variables = std::exchange(variables_, {});
    const int ranges = std::exchange(ranges_, 0);
    Nodes nodes = parseNodes();
    requireEnd();
    variables_ = std::move(variables);
    ranges_ = ranges;
    --depth_;
    const bool isEmpty = std::all_of(nodes.begin(), nodes.end(), [](const Node& node) {
      return node.kind == Node::Kind::kText &&
             node.text.find_first_not_of(" \t\r\n") == std::string::npos;
    });
    // A definition without content does not take the place of one with it.
    if (isEmpty) {
      definitions_.try_emplace(name, std::move(nodes));
    } else {
      definitions_[name] = std::move(nodes);
    }
  }

  void requireEnd() {
    if (!take(Kind::kIdentifier, "end")) refuse("a block has no {{end}}");
    requireActionEnd();
  }

  Node parseBlock(Node::Kind kind, std::size_t position) {
    goDeeper("blocks");
    const std::size_t variables = variables_.size();
    const bool isRange = kind == Node::Kind::kRange;
    Node node;
    node.kind = kind;
    node.position = position;
    node.pipe = parsePipe(isRange ? 2 : 1);
    requireActionEnd();
    ranges_ += isRange ? 1 : 0;
    node.body = parseNodes();
    ranges_ -= isRange ? 1 : 0;
    const bool isChain = take(Kind::kIdentifier, "else") && parseElse(node);
    if (!isChain) requireEnd();
    variables_.resize(variables);
    --depth_;
    return node;
  }

  // Whether it was {{else if …}}: an if within the else, which has its {{end}} in common with it.
  bool parseElse(Node& node) {
    const bool isRange = node.kind == Node::Kind::kRange;
    if (!isRange && nextIs(Kind::kIdentifier) && !listEnds()) {
      if (!nextIs(Kind::kIdentifier, node.kind == Node::Kind::kIf ? "if" : "with")) {
        refuse("unexpected '" + peek()->text + "' behind else");
      }
      const std::size_t position = tokens_[at_++].position;
      node.otherwise.push_back(parseBlock(node.kind, position));
      return true;
    }
    requireActionEnd();
    node.otherwise = parseNodes();
    return false;
  }

  // Takes `$a :=`, `$a =` and, in a range, `$a, $b :=` if they are next.
  void parseVariables(Pipe& pipe, std::size_t most) {
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

  Pipe parsePipe(std::size_t mostVariables) {
    goDeeper("parentheses");
    Pipe pipe;
    parseVariables(pipe, mostVariables);
    do {
      pipe.commands.push_back(parseCommand());
    } while (take(Kind::kPunctuation, "|"));
    for (std::size_t i = 1; i < pipe.commands.size(); ++i) {
      const Operand& first = pipe.commands[i][0];
      using enum Operand::Kind;
      const bool isCalled = first.kind == kFunction || first.kind == kVariable ||
                            first.kind == kPipe || !first.fields.empty();
      if (!isCalled) refuse("what follows | must be a function");
    }
    if (pipe.declares) {
      variables_.insert(variables_.end(), pipe.variables.begin(), pipe.variables.end());
    }
    --depth_;
    return pipe;
  }

  Command parseCommand() {
    Command command;
    while (auto operand = parseOperand(command.empty())) command.push_back(std::move(*operand));
    if (command.empty()) refuse("missing value for an action");
    return command;
  }

  std::optional<Operand> parseOperand(bool isFirst) {
    const Token* next = peek();
    if (next == nullptr) refuse("unclosed action");
    Operand operand;
    operand.position = next->position;
    if (next->kind == Kind::kPunctuation && next->text == "(") {
      ++at_;
      operand.kind = Operand::Kind::kPipe;
      operand.pipe = std::make_shared<const Pipe>(parsePipe(0));
      if (!take(Kind::kPunctuation, ")")) refuse("unclosed parenthesis");
    } else if (!readSimple(*next, operand)) {
      return std::nullopt;
    }
    if (!isFirst && !tokens_[at_ - 1].afterSpace && operand.kind != Operand::Kind::kPipe) {
      refuse("operands must be separated by a blank");
    }
    for (bool isFirstLink = true; nextIs(Kind::kField) && !peek()->afterSpace;
         isFirstLink = false) {
      if (operand.kind == Operand::Kind::kFunction) refuse("a function has no fields");
      // Go counts the place of a chain from its first link.
      if (isFirstLink) operand.position = peek()->position;
      operand.fields.push_back(tokens_[at_++].text);
    }
    return operand;
  }

  // Takes an operand of one token.
  bool readSimple(const Token& token, Operand& operand) {
    operand.text = std::string(text_.substr(token.position, token.length));
    switch (token.kind) {
      case Kind::kDot:
      case Kind::kField:
        operand.kind = Operand::Kind::kDot;
        if (token.kind == Kind::kField) operand.fields.push_back(token.text);
        break;
      case Kind::kVariable:
        requireVariable(token.text);
        operand.kind = Operand::Kind::kVariable;
        break;
      case Kind::kString:
        operand.literal = token.text;
        break;
      case Kind::kNumber:
      case Kind::kCharacter: {
        const auto number = parseNumberLiteral(token.text);
        if (!number) refuse("bad number '" + token.text + "'");
        operand.literal = *number;
        break;
      }
      case Kind::kIdentifier:
        readIdentifier(token.text, operand);
        break;
      default:
        return false;
    }
    ++at_;
    return true;
  }

  void readIdentifier(const std::string& name, Operand& operand) const {
    if (name == "true" || name == "false") {
      operand.literal = name == "true";
    } else if (name == "nil") {
      operand.kind = Operand::Kind::kNil;
    } else if ((operand.function = functions_.find(name)) != nullptr) {
      operand.kind = Operand::Kind::kFunction;
    } else {
      refuse("function '" + name + "' is not known");
    }
  }

  std::string_view text_;
  const Functions& functions_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int ranges_ = 0;  // that the next node lies in
  std::vector<std::string> variables_;
  std::map<std::string, Nodes, std::less<>> definitions_;
};

std::string textOf(const Pipe& pipe) {
  std::string text;
  for (const std::string& name : pipe.variables) text.append(text.empty() ? "" : ", ").append(name);
  if (!text.empty()) text += pipe.declares ? " := " : " = ";
  for (std::size_t i = 0; i < pipe.commands.size(); ++i) {
    text.append(i == 0 ? "" : " | ") += textOf(pipe.commands[i]);
  }
  return text;
}

}  // namespace

std::string textOf(const Operand& operand) {
  const bool isField = operand.kind == Operand::Kind::kDot && !operand.fields.empty();
  std::string text = operand.pipe ? "(" + textOf(*operand.pipe) + ")" : operand.text;
  if (isField) text.clear();
  for (const std::string& field : operand.fields) text.append(".").append(field);
  return text;
}

std::string textOf(const Command& command) {
  std::string text;
  for (const Operand& operand : command) text.append(text.empty() ? "" : " ") += textOf(operand);
  return text;
}

Parsed parse(std::string_view text, const Functions& functions) {
  return Parser(text, functions).parse();
}

}  // namespace orchestrator_exporter::text_template
