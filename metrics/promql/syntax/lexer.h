#pragma once

#include <string>
#include <string_view>

#include "metrics/promql/syntax/token.h"

namespace orchestrator_exporter::promql {

// Cuts a query into tokens, one at a time, comments and blanks left out. What a character means
// depends on the braces and brackets before it: inside braces every word is an identifier, inside
// brackets a word is none.
class Lexer {
 public:
  // The query must outlive the lexer.
  explicit Lexer(std::string_view query) : query_(query) {}

  // After the last one kEnd, as often as it is asked for. Throws ParseError.
  Token next();

 private:
  static constexpr char32_t kNothing = 0xFFFFFFFF;  // the end of the query

  char32_t peek() const;
  char32_t take();
  bool accept(std::string_view characters);
  bool isNext(std::string_view characters) const;
  void skipBlanks();
  Token emit(TokenKind kind) const;
  [[noreturn]] void fail(const std::string& reason) const;
  [[noreturn]] void failAt(std::string_view what, char32_t character) const;

  Token statement();
  Token insideBraces();
  Token startOfRange();
  Token end();
  void closeParen();
  Token comparison(char32_t first);
  Token wordInBrackets(char32_t first);
  Token word();
  Token quotedString(char32_t quotes);
  Token rawString();
  Token number();
  bool scanNumber();
  bool scanDuration();
  void checkEscape(char32_t quotes);

  std::string_view query_;
  std::size_t start_ = 0;  // of the token in work
  std::size_t at_ = 0;
  int openParens_ = 0;
  bool inBraces_ = false;
  bool inBrackets_ = false;
  bool atRange_ = false;  // behind a bracket: before the first duration in it
  bool colonSeen_ = false;
  bool durationSeen_ = false;  // in these brackets or in others before them
};

}  // namespace orchestrator_exporter::promql
