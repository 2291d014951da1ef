#pragma once

#include <cstddef>
#include <deque>
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
    if (token.kind == TokenKind::kRightParen) closings_.push_back(lastEnd_);
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
  // Where Prometheus takes a call or an aggregation for ended, whose last parenthesis was taken:
  // behind the first closing parenthesis that nothing has asked for yet. That is a former one if
  // others went by unasked for: of labels to match by, of durations, of start().
  std::size_t takeClosing() {
    const std::size_t end = closings_.front();
    closings_.pop_front();
    return end;
  }

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
  std::deque<std::size_t> closings_;
};

}  // namespace orchestrator_exporter::promql
