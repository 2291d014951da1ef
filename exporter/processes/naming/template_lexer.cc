#include "exporter/processes/naming/template_lexer.h"

#include <cctype>

#include "exporter/host/flags.h"
#include "exporter/kernel/row.h"

namespace orchestrator_exporter {

namespace {

using Kind = TemplateToken::Kind;
constexpr std::string_view kWhite = " \t\r\n";

bool isWhite(char c) { return kWhite.find(c) != std::string_view::npos; }
bool isWordByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || byte >= 0x80;
}
bool isDigit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
 public:
  Lexer(std::string_view place, std::string_view text) : place_(place), whole_(text), rest_(text) {}

  std::vector<TemplateToken> run() {
    for (;;) {
      const std::size_t open = rest_.find("{{");
      std::string_view text = rest_.substr(0, open);
      if (trimNext_) text = trimLeft(text);
      trimNext_ = false;
      if (open == std::string_view::npos) {
        add(Kind::kText, text);
        return std::move(tokens_);
      }
      rest_.remove_prefix(open + 2);
      if (rest_.size() > 1 && rest_[0] == '-' && isWhite(rest_[1])) {
        rest_.remove_prefix(1);
        while (!text.empty() && isWhite(text.back())) text.remove_suffix(1);
      }
      add(Kind::kText, text);
      if (trimLeft(rest_).starts_with("/*")) {
        skipComment();
      } else {
        lexAction();
      }
    }
  }

 private:
  [[noreturn]] void refuse(std::string_view reason) const {
    refuseTemplate(place_, whole_, reason);
  }

  static std::string_view trimLeft(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(kWhite);
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
  }

  void add(Kind kind, std::string_view text) {
    if (kind == Kind::kText && text.empty()) return;
    tokens_.push_back({kind, std::string(text), afterSpace_});
    afterSpace_ = false;
  }

  // Takes the end of an action where it stands next.
  bool takeEnd() {
    const std::string_view ahead = trimLeft(rest_);
    const bool trims = ahead.size() < rest_.size() && ahead.starts_with("-}}");
    if (!trims && !ahead.starts_with("}}")) return false;
    rest_ = ahead.substr(trims ? 3 : 2);
    trimNext_ = trims;
    return true;
  }

  void skipComment() {
    const std::size_t end = rest_.find("*/");
    if (end == std::string_view::npos) refuse("unclosed comment");
    rest_.remove_prefix(end + 2);
    if (!takeEnd()) refuse("a comment must end its action");
  }

  void lexAction() {
    while (!takeEnd()) {
      const std::string_view ahead = trimLeft(rest_);
      afterSpace_ = ahead.size() < rest_.size();
      rest_ = ahead;
      if (rest_.empty()) refuse("unclosed action");
      lexWord();
    }
    add(Kind::kActionEnd, "}}");
  }

  void lexWord() {
    const char c = rest_[0];
    const bool sign = c == '-' || c == '+';
    if (c == '"' || c == '`') return lexString(c);
    if (isDigit(c) || (sign && rest_.size() > 1 && isDigit(rest_[1]))) return lexNumber();
    if (c == '.') {
      const std::string_view name = word(1);
      add(name.empty() ? Kind::kDot : Kind::kField, name);
      return rest_.remove_prefix(1 + name.size());
    }
    if (c == '$') {
      const std::size_t size = 1 + word(1).size();
      add(Kind::kVariable, rest_.substr(0, size));
      return rest_.remove_prefix(size);
    }
    if (isWordByte(c)) {
      const std::string_view name = word(0);
      add(Kind::kIdentifier, name);
      return rest_.remove_prefix(name.size());
    }
    const std::size_t size = rest_.starts_with(":=") ? 2 : 1;
    if (size == 1 && std::string_view("|(),=").find(c) == std::string_view::npos) {
      refuse("unexpected '" + std::string(1, c) + "' in an action");
    }
    add(Kind::kPunctuation, rest_.substr(0, size));
    rest_.remove_prefix(size);
  }

  std::string_view word(std::size_t from) const {
    std::size_t end = from;
    while (end < rest_.size() && isWordByte(rest_[end])) ++end;
    return rest_.substr(from, end - from);
  }

  void lexNumber() {
    const std::size_t size = 1 + word(1).size();
    const std::string_view digits = rest_.substr(0, size);
    if (!parseInteger(digits)) refuse("bad number '" + std::string(digits) + "'");
    add(Kind::kNumber, digits);
    rest_.remove_prefix(size);
  }

  void lexString(char quote) {
    std::string meaning;
    for (std::size_t at = 1; at < rest_.size(); ++at) {
      if (rest_[at] == quote) {
        add(Kind::kString, meaning);
        return rest_.remove_prefix(at + 1);
      }
      if (quote == '"' && rest_[at] == '\n') break;
      if (quote == '"' && rest_[at] == '\\' && at + 1 < rest_.size()) {
        meaning += unescape(rest_[++at]);
      } else {
        meaning += rest_[at];
      }
    }
    refuse("unterminated quoted string");
  }

  char unescape(char c) const {
    switch (c) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case '"':
      case '\\':
        return c;
      default:
        refuse("unknown escape '\\" + std::string(1, c) + "'");
    }
  }

  std::string_view place_;
  std::string_view whole_;
  std::string_view rest_;
  bool trimNext_ = false;
  bool afterSpace_ = false;
  std::vector<TemplateToken> tokens_;
};

}  // namespace

void refuseTemplate(std::string_view place, std::string_view text, std::string_view reason) {
  throw StartError(std::string(place) + ": bad template '" + ParseError::printable(text) +
                   "': " + std::string(reason));
}

std::vector<TemplateToken> lexTemplate(std::string_view place, std::string_view text) {
  return Lexer(place, text).run();
}

}  // namespace orchestrator_exporter
