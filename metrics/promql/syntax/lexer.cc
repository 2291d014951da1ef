#include "metrics/promql/syntax/lexer.h"

#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::promql {

namespace {

constexpr std::string_view kDigits = "0123456789";

bool isBlank(char32_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool isDigit(char32_t c) { return c >= '0' && c <= '9'; }
bool isLetter(char32_t c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isWord(char32_t c) { return isLetter(c) || isDigit(c); }

// The value of a digit of any base up to 16; 16 if it is none.
std::uint32_t digitValue(char32_t c) {
  if (isDigit(c)) return c - '0';
  const char32_t lower = c | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

// U+0071 'q'
std::string codePoint(char32_t c) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out = "U+";
  int length = 4;
  while (length < 8 && c >> (4 * length) != 0) ++length;
  for (int i = length - 1; i >= 0; --i) out += kHex[(c >> (4 * i)) & 0xF];
  return out + " " + quoteCharacter(c);
}

TokenKind symbol(char32_t c) {
  switch (c) {
    case ',':
      return TokenKind::kComma;
    case '*':
      return TokenKind::kMultiply;
    case '/':
      return TokenKind::kDivide;
    case '%':
      return TokenKind::kModulo;
    case '+':
      return TokenKind::kAdd;
    case '-':
      return TokenKind::kSubtract;
    case '^':
      return TokenKind::kPower;
    case '@':
      return TokenKind::kAt;
    case '(':
      return TokenKind::kLeftParen;
    case ')':
      return TokenKind::kRightParen;
    default:
      return TokenKind::kEnd;
  }
}

}  // namespace

Token Lexer::next() {
  skipBlanks();
  start_ = at_;
  if (inBraces_) return insideBraces();
  if (atRange_) return startOfRange();
  return statement();
}

char32_t Lexer::peek() const {
  return at_ < query_.size() ? firstCharacter(query_.substr(at_)).value : kNothing;
}

char32_t Lexer::take() {
  if (at_ >= query_.size()) return kNothing;
  const Character character = firstCharacter(query_.substr(at_));
  at_ += character.length;
  return character.value;
}

bool Lexer::isNext(std::string_view characters) const {
  return at_ < query_.size() && characters.find(query_[at_]) != std::string_view::npos;
}

bool Lexer::accept(std::string_view characters) {
  if (!isNext(characters)) return false;
  ++at_;
  return true;
}

void Lexer::skipBlanks() {
  while (true) {
    while (isBlank(peek())) ++at_;
    if (peek() != '#' || atRange_) return;
    start_ = at_;
    while (at_ < query_.size() && query_[at_] != '\n') ++at_;
  }
}

Token Lexer::emit(TokenKind kind) const {
  return {kind, query_.substr(start_, at_ - start_), start_};
}

void Lexer::fail(const std::string& reason) const { throw ParseError(query_, start_, reason); }

void Lexer::failAt(std::string_view what, char32_t character) const {
  fail(std::string(what) + ": " + quoteCharacter(character == kNothing ? 0xFFFD : character));
}

void Lexer::closeParen() {
  if (--openParens_ >= 0) return;
  start_ = at_;  // Prometheus names the place behind it.
  fail("unexpected right parenthesis ')'");
}

Token Lexer::end() {
  if (openParens_ > 0) fail("unclosed left parenthesis");
  if (inBrackets_) fail("unclosed left bracket");
  return emit(TokenKind::kEnd);
}

Token Lexer::statement() {
  const char32_t c = take();
  if (c == kNothing) return end();
  if (isDigit(c) || (c == '.' && isDigit(peek()))) {
    at_ = start_;
    return number();
  }
  if (isLetter(c) || c == ':') return inBrackets_ ? wordInBrackets(c) : word();
  switch (c) {
    case '"':
    case '\'':
      return quotedString(c);
    case '`':
      return rawString();
    case '=':
    case '!':
    case '<':
    case '>':
      return comparison(c);
    case '(':
      ++openParens_;
      break;
    case ')':
      closeParen();
      break;
    case '{':
      inBraces_ = true;
      return emit(TokenKind::kLeftBrace);
    case '[':
      if (inBrackets_) fail("unexpected left bracket '['");
      inBrackets_ = atRange_ = true;
      colonSeen_ = false;
      return emit(TokenKind::kLeftBracket);
    case ']':
      if (!inBrackets_) fail("unexpected right bracket ']'");
      inBrackets_ = false;
      return emit(TokenKind::kRightBracket);
    default:
      break;
  }
  const TokenKind kind = symbol(c);
  if (kind == TokenKind::kEnd) failAt("unexpected character", c);
  return emit(kind);
}

Token Lexer::comparison(char32_t first) {
  const char32_t second = peek();
  if (second == '=') {
    take();
    switch (first) {
      case '=':
        return emit(TokenKind::kEqual);
      case '!':
        return emit(TokenKind::kNotEqual);
      case '<':
        return emit(TokenKind::kLessOrEqual);
      default:
        return emit(TokenKind::kGreaterOrEqual);
    }
  }
  switch (first) {
    case '=':
      if (second == '~') failAt("unexpected character after '='", second);
      return emit(TokenKind::kAssign);
    case '!':
      failAt("unexpected character after '!'", second);
    case '<':
      return emit(TokenKind::kLess);
    default:
      return emit(TokenKind::kGreater);
  }
}

// Any letter is taken for the colon of a subquery.
Token Lexer::wordInBrackets(char32_t first) {
  if (colonSeen_) fail("unexpected colon " + quoteCharacter(first));
  colonSeen_ = true;
  return emit(TokenKind::kColon);
}

Token Lexer::word() {
  while (isWord(peek()) || peek() == ':') ++at_;
  const std::string_view text = query_.substr(start_, at_ - start_);
  if (const auto kind = keyword(text)) return emit(*kind);
  return emit(text.find(':') == std::string_view::npos ? TokenKind::kIdentifier
                                                       : TokenKind::kMetricIdentifier);
}

Token Lexer::insideBraces() {
  const char32_t c = take();
  if (isLetter(c)) {
    while (isWord(peek())) ++at_;
    return emit(TokenKind::kIdentifier);
  }
  switch (c) {
    case kNothing:
      fail("unexpected end of input inside braces");
    case ',':
      return emit(TokenKind::kComma);
    case '"':
    case '\'':
      return quotedString(c);
    case '`':
      return rawString();
    case '=':
      return emit(accept("~") ? TokenKind::kMatches : TokenKind::kAssign);
    case '!':
      if (accept("~")) return emit(TokenKind::kMatchesNot);
      if (accept("=")) return emit(TokenKind::kNotEqual);
      failAt("unexpected character after '!' inside braces", peek());
    case '{':
      fail("unexpected left brace '{'");
    case '}':
      inBraces_ = false;
      return emit(TokenKind::kRightBrace);
    default:
      failAt("unexpected character inside braces", c);
  }
}

Token Lexer::startOfRange() {
  const char32_t c = take();
  if (isDigit(c) || (c == '.' && isDigit(peek()))) {
    at_ = start_;
    atRange_ = false;
    durationSeen_ = true;
    return number();
  }
  switch (c) {
    case kNothing:
      fail("unexpected end of input in duration expression");
    case ']':
      inBrackets_ = atRange_ = false;
      return emit(TokenKind::kRightBracket);
    case ':':
      // Behind the first brackets of a query Prometheus leaves it to the parser to say so.
      if (durationSeen_) return emit(TokenKind::kColon);
      start_ = at_;
      fail("unexpected colon before duration in duration expression");
    case '(':
      ++openParens_;
      return emit(TokenKind::kLeftParen);
    case ')':
      closeParen();
      return emit(TokenKind::kRightParen);
    default:
      break;
  }
  const TokenKind kind = symbol(c);
  if (kind == TokenKind::kEnd || kind == TokenKind::kComma || kind == TokenKind::kAt) {
    failAt("unexpected character in duration expression", c);
  }
  return emit(kind);
}

Token Lexer::rawString() {
  while (true) {
    const char32_t c = take();
    if (c == kNothing) fail("unterminated raw string");
    if (c == '`') return emit(TokenKind::kString);
  }
}

Token Lexer::quotedString(char32_t quotes) {
  while (true) {
    const std::size_t before = at_;
    const char32_t c = take();
    if (c == quotes) return emit(TokenKind::kString);
    if (c == kNothing || c == '\n') fail("unterminated quoted string");
    if (c == 0xFFFD && at_ == before + 1) fail("invalid UTF-8 rune");
    if (c == '\\') checkEscape(quotes);
  }
}

void Lexer::checkEscape(char32_t quotes) {
  char32_t c = take();
  if (c == kNothing) fail("escape sequence not terminated");
  if (c == quotes || (c < 0x80 && std::string_view("abfnrtv\\").find(static_cast<char>(c)) !=
                                      std::string_view::npos)) {
    return;
  }
  int length = 0;
  std::uint32_t base = 16;
  std::uint32_t largest = 0x10FFFF;
  switch (c) {
    case 'x':
      length = 2;
      largest = 255;
      break;
    case 'u':
      length = 4;
      break;
    case 'U':
      length = 8;
      break;
    default:
      if (digitValue(c) >= 8) fail("unknown escape sequence " + codePoint(c));
      length = 3;
      base = 8;
      largest = 255;
      --at_;  // the first digit is the one that was taken
  }
  std::uint32_t value = 0;
  for (int i = 0; i < length; ++i) {
    c = take();
    if (c == kNothing) fail("escape sequence not terminated");
    if (digitValue(c) >= base) {
      fail("illegal character " + codePoint(c) + " in escape sequence");
    }
    value = value * base + digitValue(c);
  }
  if (value > largest || (value >= 0xD800 && value < 0xE000)) {
    fail("escape sequence is an invalid Unicode code point");
  }
}

Token Lexer::number() {
  if (scanNumber()) return emit(TokenKind::kNumber);
  if (scanDuration()) return emit(TokenKind::kDuration);
  fail("bad number or duration syntax: " + quote(query_.substr(start_, at_ - start_)));
}

// Stops where the text is no number any longer; a duration may go on there.
bool Lexer::scanNumber() {
  std::string digits(kDigits);
  const bool hexadecimal = accept("0") && accept("xX");
  if (hexadecimal) {
    accept("_");
    digits += "abcdefABCDEF";
  }
  accept(".");
  accept(digits);
  bool pointSeen = false;
  bool exponentSeen = false;
  while (isNext(digits + "._eE")) {
    if (isNext(".") && pointSeen) {
      ++at_;
      return false;
    }
    if (isNext("eE") && exponentSeen) {
      ++at_;
      return false;
    }
    if (accept(".")) {
      pointSeen = true;
      if (accept("_.") || hexadecimal) return false;
    } else if (accept("eE")) {
      exponentSeen = true;
      accept("+-");
      if (accept("._eE") || peek() == kNothing) return false;
    } else if (accept("_")) {
      if (accept("._eE") || peek() == kNothing) return false;
    } else {
      while (accept(digits)) {
      }
    }
  }
  return !isWord(peek());
}

bool Lexer::scanDuration() {
  if (!accept("smhdwy")) return false;
  accept("s");
  while (accept(kDigits)) {
    while (accept(kDigits)) {
    }
    if (!accept("smhdw")) return false;
    accept("s");
  }
  if (!isWord(peek())) return true;
  take();
  return false;
}

}  // namespace orchestrator_exporter::promql
