#include "exporter/profiling/code/function_name.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <string_view>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter::profiling {

namespace {

constexpr std::string_view kOperator = "operator";

// Names such as this are as deep as their author likes; longer ones stay as they are.
constexpr std::size_t kLongestSymbol = 4096;

// Where the parentheses that end the text begin; npos if none end it.
std::size_t lastParentheses(std::string_view text) {
  if (!text.ends_with(')')) return std::string_view::npos;
  std::size_t depth = 0;
  for (std::size_t i = text.size(); i-- > 0;) {
    if (text[i] == ')') ++depth;
    if (text[i] == '(' && --depth == 0) return i;
  }
  return std::string_view::npos;
}

// The text without `f(int) const`'s parameters and what follows them.
std::string_view withoutParameters(std::string_view text) {
  const std::string_view whole = text;
  // foo(int) [clone .cold]
  if (const auto clone = text.find(" [clone"); clone != std::string_view::npos) {
    text = text.substr(0, clone);
  }
  for (const std::string_view suffix : {" const", "&", " volatile", " noexcept", "&", " const"}) {
    while (text.ends_with(suffix)) text.remove_suffix(suffix.size());
    while (text.ends_with(' ')) text.remove_suffix(1);
  }
  const std::size_t begin = lastParentheses(text);
  if (begin == std::string_view::npos || begin == 0) return whole;
  // operator() itself, and (anonymous namespace) as the last part of a name, are no parameters.
  const std::string_view rest = text.substr(0, begin);
  if (rest.ends_with(kOperator) || rest.ends_with("::")) return text;
  return rest;
}

// Templates have their return type in front: int sum<int>.
std::string_view withoutReturnType(std::string_view text) {
  const std::size_t end = std::min(text.find(kOperator), text.size());
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i < end; ++i) {
    const char c = text[i];
    if (c == '<' || c == '(' || c == '{' || c == '[') ++depth;
    if (c == '>' || c == ')' || c == '}' || c == ']') --depth;
    if (c == ' ' && depth == 0) begin = i + 1;
  }
  return text.substr(begin);
}

}  // namespace

std::string functionName(const std::string& symbol) {
  if (!symbol.starts_with("_Z") || symbol.size() > kLongestSymbol) return toUtf8(symbol);
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> readable(
      abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free);
  if (status != 0 || readable == nullptr) return toUtf8(symbol);
  const std::string_view name = withoutReturnType(withoutParameters(readable.get()));
  return toUtf8(name.empty() ? std::string_view(readable.get()) : name);
}

}  // namespace orchestrator_exporter::profiling
