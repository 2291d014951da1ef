#pragma once

#include <optional>
#include <string_view>

#include "metrics/promql/syntax/lexer.h"
#include "metrics/promql/syntax/token.h"

namespace orchestrator_exporter::promql {

// The tokens of a query with one of them looked at in advance, and no more: an error that the lexer
// finds must not come before those of the text ahead of it.
class TokenStream {
 public:
  explicit TokenStream(std::string_view query) : query_(query), lexer_(query) {}

  const Token& peek() {
    if (!next_) next_ = lexer_.next();
    return *next_;
  }
  bool isNext(TokenKind kind) { return peek().kind == kind; }
  Token take() {
    const Token token = peek();
    next_.reset();
    lastEnd_ = token.end();
    return token;
  }
  // Takes the next token if it is of this kind.
  bool accept(TokenKind kind) {
    if (!isNext(kind)) return false;
    take();
    return true;
  }
  // Where the token that was taken last ends.
  std::size_t lastEnd() const { return lastEnd_; }

  // Throws: the next token is not what may stand here.
  [[noreturn]] void unexpected(std::string_view context = {}, std::string_view expected = {});
  [[noreturn]] void fail(std::size_t offset, std::string_view reason) const {
    throw ParseError(query_, offset, reason);
  }

 private:
  std::string_view query_;
  Lexer lexer_;
  std::optional<Token> next_;
  std::size_t lastEnd_ = 0;
};

}  // namespace orchestrator_exporter::promql
