#include "metrics/text_template/lexer.h"

#include <cctype>

#include "metrics/base/number_parse.h"
#include "metrics/base/utf8.h"
#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter::text_template {

namespace {

using Kind = Token::Kind;
constexpr std::string_view kWhite = " \t\r\n";

bool isWhite(char c) { return kWhite.find(c) != std::string_view::npos; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isWordByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || byte >= 0x80;
}

std::string_view trimLeft(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kWhite);
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : whole_(text), rest_(text) {}

  std::vector<Token> run() {
    for (;;) {
      const std::size_t open = rest_.find("{{");
      std::string_view text = rest_.substr(0, open);
      if (trimNext_) text = trimLeft(text);
      trimNext_ = false;
      const std::size_t begin = position(text);
      if (open == std::string_view::npos) {
        addText(text, begin);
        return std::move(tokens_);
      }
      rest_.remove_prefix(open + 2);
      if (rest_.size() > 1 && rest_[0] == '-' && isWhite(rest_[1])) {
        rest_.remove_prefix(1);
        while (!text.empty() && isWhite(text.back())) text.remove_suffix(1);
      }
      addText(text, begin);
      if (trimLeft(rest_).starts_with("/*")) {
        skipComment();
      } else {
        lexAction();
      }
    }
  }

 private:
  [[noreturn]] void refuse(const std::string& reason) const {
    throw SyntaxError(reason, position(rest_));
  }
  std::size_t position(std::string_view part) const {
    return part.data() == nullptr ? whole_.size()
                                  : static_cast<std::size_t>(part.data() - whole_.data());
  }

  void addText(std::string_view text, std::size_t begin) {
    if (!text.empty())
      tokens_.push_back({Kind::kText, std::string(text), false, begin, text.size()});
  }
  // Takes a token of so many bytes off the rest.
  void take(Kind kind, std::string_view text, std::size_t length) {
    tokens_.push_back({kind, std::string(text), afterSpace_, position(rest_), length});
    afterSpace_ = false;
    rest_.remove_prefix(length);
  }

  // Takes the end of an action if it is next.
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
      if (ahead.empty()) refuse("unclosed action");
      rest_ = ahead;
      lexWord();
    }
    tokens_.push_back({Kind::kActionEnd, "}}", false, position(rest_) - 2, 2});
    afterSpace_ = false;
  }

  void lexWord() {
    const char c = rest_[0];
    const char next = rest_.size() > 1 ? rest_[1] : '\0';
    const bool sign = c == '-' || c == '+';
    if (c == '"' || c == '`' || c == '\'') return lexString(c);
    if (isDigit(c) || (sign && (isDigit(next) || next == '.')) || (c == '.' && isDigit(next))) {
      return lexNumber();
    }
    if (c == '.') {
      const std::string_view name = word(1);
      return take(name.empty() ? Kind::kDot : Kind::kField, name, 1 + name.size());
    }
    if (c == '$') {
      const std::size_t size = 1 + word(1).size();
      return take(Kind::kVariable, rest_.substr(0, size), size);
    }
    if (isWordByte(c)) {
      const std::string_view name = word(0);
      return take(Kind::kIdentifier, name, name.size());
    }
    const std::size_t size = rest_.starts_with(":=") ? 2 : 1;
    if (size == 1 && std::string_view("|(),=").find(c) == std::string_view::npos) {
      refuse("unexpected '" + std::string(1, c) + "' in an action");
    }
    take(Kind::kPunctuation, rest_.substr(0, size), size);
  }

  std::string_view word(std::size_t from) const {
    std::size_t end = from;
    while (end < rest_.size() && isWordByte(rest_[end])) ++end;
    return rest_.substr(from, end - from);
  }

  // What it means is found out by the parser.
  void lexNumber() {
    std::size_t end = 1;
    while (end < rest_.size() &&
           (isWordByte(rest_[end]) || rest_[end] == '.' ||
            ((rest_[end] == '-' || rest_[end] == '+') && endsInExponent(rest_.substr(0, end))))) {
      ++end;
    }
    take(Kind::kNumber, rest_.substr(0, end), end);
  }
  static bool endsInExponent(std::string_view number) {
    const bool isHex =
        number.find('x') != std::string_view::npos || number.find('X') != std::string_view::npos;
    const char last = number.back();
    return isHex ? last == 'p' || last == 'P' : last == 'e' || last == 'E';
  }

  void lexString(char quote) {
    std::string meaning;
    for (std::size_t at = 1; at < rest_.size();) {
      if (rest_[at] == quote) {
        if (quote != '\'') return take(Kind::kString, meaning, at + 1);
        return takeCharacter(meaning, at + 1);
      }
      if (quote != '`' && rest_[at] == '\n') break;
      if (quote != '`' && rest_[at] == '\\') {
        ++at;
        unescape(at, meaning);
      } else {
        meaning += rest_[at++];
      }
    }
    refuse(quote == '\'' ? "unterminated character constant" : "unterminated quoted string");
  }

  void takeCharacter(std::string_view meaning, std::size_t length) {
    const std::size_t size = utf8SequenceLength(meaning);
    if (size == 0 || size != meaning.size()) {
      refuse("bad character constant " + std::string(rest_.substr(0, length)));
    }
    constexpr unsigned kFirstBits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    std::uint32_t number = static_cast<unsigned char>(meaning[0]) & kFirstBits[size];
    for (const char c : meaning.substr(1)) number = number << 6 | (static_cast<unsigned>(c) & 0x3f);
    take(Kind::kCharacter, std::to_string(number), length);
  }

  // Reads what follows a backslash, as the specification of Go, "Rune literals", has it.
  void unescape(std::size_t& at, std::string& out) const {
    constexpr std::string_view kLetters = "abfnrtv\\\"'";
    constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\\"'";
    const char c = at < rest_.size() ? rest_[at] : '\0';
    if (const std::size_t known = kLetters.find(c); c != '\0' && known != std::string_view::npos) {
      out += kMeanings[known];
      ++at;
      return;
    }
    std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : c >= '0' && c <= '7' ? 3 : 0;
    const int base = digits == 3 ? 8 : 16;
    if (digits != 3) ++at;
    const auto number = parseUnsigned(rest_.substr(std::min(at, rest_.size()), digits), base);
    const bool isByte = c == 'x' || digits == 3;
    if (digits == 0 || at + digits > rest_.size() || !number ||
        *number > (isByte ? 0xffu : 0x10ffffu)) {
      refuse("unknown escape '\\" + std::string(c == '\0' ? 0 : 1, c) + "'");
    }
    at += digits;
    if (isByte) {
      out += static_cast<char>(*number);
    } else {
      appendUtf8(out, static_cast<char32_t>(*number));
    }
  }

  std::string_view whole_;
  std::string_view rest_;
  bool trimNext_ = false;
  bool afterSpace_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> lex(std::string_view text) { return Lexer(text).run(); }

}  // namespace orchestrator_exporter::text_template
