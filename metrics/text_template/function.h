#pragma once

#include <span>
#include <string_view>

#include "metrics/text_template/value.h"

namespace orchestrator_exporter::text_template {

// What functions of a program know of the expansion that they are called in.
class Context {
 public:
  virtual ~Context() = default;
};

// A function that templates can call.
struct Function {
  // Throws CallError. `arguments` fit the parameters.
  using Call = Value (*)(std::span<const Value> arguments, const Context* context);

  std::string_view name;
  // A letter for each: `s` a string, `i` a whole number, `n` a float64, `t` a time, `d` a duration,
  // `l` the answer of a query, `S` a list of strings, `L` a list of anything, `o` an element of a
  // query's answer, `a` anything. With a * at the end the last may be given any number of times,
  // also none.
  std::string_view parameters;
  Call call = nullptr;

  bool takesMore() const { return parameters.ends_with('*'); }
  // How many it takes at least.
  std::size_t fewest() const { return parameters.size() - (takesMore() ? 2 : 0); }
};

// Functions by name. Those that templates have of themselves are always there: and, or, eq, ge, gt,
// call, html, index, js, le, len, lt, ne, not, print, printf, println, slice, urlquery. The first
// two have no `call`: they do not evaluate all of their arguments. `call` has none either: it
// always fails, since no value is a function.
class Functions {
 public:
  Functions() = default;
  // Further ones, which go before those of the same name.
  explicit Functions(std::span<const Function> own) : own_(own) {}

  // Null if there is none.
  const Function* find(std::string_view name) const;

 private:
  std::span<const Function> own_ = {};
};

}  // namespace orchestrator_exporter::text_template
