#pragma once

#include <string>
#include <string_view>

#include "metrics/promql/syntax/expression.h"
#include "metrics/promql/syntax/token_stream.h"

namespace orchestrator_exporter::promql {

// Reads what stands for a length of time: a number or a duration, or a calculation with them where
// these are enabled.
class DurationParser {
 public:
  DurationParser(TokenStream& tokens, bool expressions)
      : tokens_(tokens), expressions_(expressions) {}

  // A range or a step. `context` and `expected` are for the error if none is there.
  Length positive(std::string_view context, std::string_view expected);
  // May be negative. An operator after a literal belongs to the query, one after parentheses to the
  // calculation.
  Length offset(std::string_view context, std::string_view expected);
  // What is wrong with the value of a calculation: to be told once the whole query makes sense.
  // Empty if nothing is.
  const std::string& fault() const { return fault_; }

 private:
  // A value so far, in seconds, and how it is written.
  struct Value {
    double seconds = 0;
    PositionRange position;
    bool literal = true;
    bool isDuration = false;  // a literal with units
    std::string text;
  };

  static Length lengthOf(const Value& value);
  Value calculation(int strength);
  // Goes on with a value that was read.
  Value calculation(Value left, int strength);
  Value unary();
  Value negatedIf(const Token& sign, Value value);
  Value operand();
  Value literal();
  Value combined(TokenKind op, const Token& token, Value left, Value right);
  void requireExpressions(const Value& value) const;
  void checkRange(const Value& value);
  void setFault(const Value& value, const char* reason);

  TokenStream& tokens_;
  bool expressions_;
  std::string fault_;
  int depth_ = 0;
  std::string_view context_;
  std::string_view expected_;
};

}  // namespace orchestrator_exporter::promql
