#include "metrics/notifications/matcher.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <tuple>

#include "metrics/base/names.h"
#include "metrics/base/utf8.h"
#include "metrics/base/words.h"
#include "metrics/text_template/format.h"
#include "metrics/text_template/lexer.h"

namespace orchestrator_exporter::notifications {

namespace {

using Operator = LabelMatcher::Operator;

constexpr std::string_view kReserved = "{}!=~,\\\"'`";  // and white space

std::invalid_argument refusal(const std::string& reason) { return std::invalid_argument(reason); }

// Bytes at the beginning that are neither reserved nor white space of Unicode.
std::size_t plainPrefix(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && kReserved.find(text[size]) == std::string_view::npos &&
         unicodeSpaceAt(text.substr(size)) == 0) {
    ++size;
  }
  return size;
}

// Takes =, !=, =~ or !~ off the text.
std::optional<Operator> takeOperator(std::string_view& text) {
  constexpr std::pair<std::string_view, Operator> kAll[] = {{"=~", Operator::kMatches},
                                                            {"!~", Operator::kMatchesNot},
                                                            {"!=", Operator::kNotEqual},
                                                            {"=", Operator::kEqual}};
  for (const auto& [word, op] : kAll) {
    if (!text.starts_with(word)) continue;
    text.remove_prefix(word.size());
    return op;
  }
  return std::nullopt;
}

LabelMatcher made(std::string name, Operator op, std::string value) {
  try {
    return LabelMatcher(std::move(name), op, std::move(value));
  } catch (const std::invalid_argument& error) {
    throw refusal(std::string("bad regular expression: ") + error.what());
  }
}

// The classic grammar: a value may stand without quotes, with anything but commas in it. Braces may
// be there or not, each by itself, but only as the very first and last character.
class Classic {
 public:
  static std::vector<LabelMatcher> parse(std::string_view text) {
    if (text.starts_with('{')) text.remove_prefix(1);
    if (text.ends_with('}')) text.remove_suffix(1);
    std::vector<std::string_view> pieces = split(text);
    // One comma may stand at the end. Nowhere else is there white space but that of ASCII.
    pieces.back() = withoutOuterUnicodeSpace(pieces.back());
    if (pieces.back().empty()) pieces.pop_back();
    std::vector<LabelMatcher> all;
    for (const std::string_view piece : pieces) all.push_back(one(piece));
    return all;
  }

 private:
  // At the commas that are outside of quotes.
  static std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> pieces;
    bool isQuoted = false;
    bool isEscaped = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == ',' && !isQuoted) {
        pieces.push_back(text.substr(begin, i - begin));
        begin = i + 1;
      } else if (c == '"' && !isEscaped) {
        isQuoted = !isQuoted;
      }
      isEscaped = c == '\\' && !isEscaped;
    }
    pieces.push_back(text.substr(begin));
    return pieces;
  }

  // Between the parts of a matcher there may be what a regular expression's \s stands for.
  static std::string_view withoutSpace(std::string_view text) {
    constexpr std::string_view kSpaces = " \t\r\n\f";
    text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
    return text.substr(0, text.find_last_not_of(kSpaces) + 1);
  }

  static LabelMatcher one(std::string_view piece) {
    std::string_view rest = withoutSpace(piece);
    const auto end = std::find_if(rest.begin(), rest.end(), [](char c) {
      return !isNameLetter(c) && !isNameDigit(c) && c != ':';
    });
    const std::string name(rest.begin(), end);
    rest = withoutSpace(rest.substr(name.size()));
    const auto op = takeOperator(rest);
    if (name.empty() || isNameDigit(name.front()) || !op) {
      throw refusal("bad matcher format: " + std::string(piece));
    }
    return made(name, *op, valueOf(withoutSpace(rest)));
  }

  static std::string valueOf(std::string_view text) {
    const bool isQuoted = text.starts_with('"');
    if (isQuoted) text.remove_prefix(1);
    std::string value;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool isLast = i + 1 == text.size();
      if (text[i] == '"') {
        if (isQuoted && isLast) return checked(value);
        throw refusal("matcher value contains unescaped double quote: " + std::string(text));
      }
      if (text[i] != '\\' || isLast) {
        value += text[i];
        continue;
      }
      const char next = text[++i];
      if (next != 'n' && next != '"' && next != '\\') value += '\\';
      value += next == 'n' ? '\n' : next;
    }
    if (isQuoted)
      throw refusal("matcher value contains unescaped double quote: " + std::string(text));
    return checked(value);
  }

  static std::string checked(std::string value) {
    if (!isUtf8(value)) throw refusal("matcher value not valid UTF-8");
    return value;
  }
};

// The grammar of names in UTF-8: what has a reserved character is quoted, as Go quotes.
class Utf8 {
 public:
  static std::vector<LabelMatcher> parse(std::string_view text) {
    Utf8 parser(text);
    return parser.all();
  }

 private:
  explicit Utf8(std::string_view text) : rest_(text) {}

  std::vector<LabelMatcher> all() {
    std::vector<LabelMatcher> matchers;
    const bool isBraced = take('{');
    for (;;) {
      skipSpaces();
      if (rest_.empty() || rest_.front() == '}') break;
      matchers.push_back(one());
      if (!take(',')) break;
    }
    if (take('}') != isBraced)
      throw refusal(isBraced ? "expected close brace" : "expected open brace");
    skipSpaces();
    if (!rest_.empty()) throw refusal("unexpected input: " + std::string(rest_));
    return matchers;
  }

  void skipSpaces() {
    while (const std::size_t size = unicodeSpaceAt(rest_)) rest_.remove_prefix(size);
  }

  bool take(char wanted) {
    skipSpaces();
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  LabelMatcher one() {
    std::string name = word("label name");
    skipSpaces();
    const auto op = takeOperator(rest_);
    if (!op) throw refusal("expected an operator such as '=', '!=', '=~' or '!~'");
    return made(std::move(name), *op, word("label value"));
  }

  std::string word(const std::string& what) {
    skipSpaces();
    if (rest_.starts_with('"')) return quotedWord();
    const std::size_t size = plainPrefix(rest_);
    if (size == 0) throw refusal("expected " + what);
    const std::string found(rest_.substr(0, size));
    if (!isUtf8(found)) throw refusal("not valid UTF-8");
    rest_.remove_prefix(size);
    return found;
  }

  std::string quotedWord() {
    std::size_t end = 1;
    while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
    if (end >= rest_.size()) throw refusal("missing end \"");
    const std::string_view literal = rest_.substr(0, end + 1);
    rest_.remove_prefix(end + 1);
    return text_template::lex("{{" + std::string(literal) + "}}").front().text;
  }

  std::string_view rest_;
};

std::vector<LabelMatcher> parsed(std::string_view text) {
  try {
    return Classic::parse(text);
  } catch (const std::invalid_argument& classic) {
    try {
      return Utf8::parse(text);
    } catch (const std::exception&) {
      throw classic;
    }
  }
}

}  // namespace

Matchers::Matchers(std::vector<LabelMatcher> matchers) : all_(std::move(matchers)) {
  std::stable_sort(all_.begin(), all_.end(), [](const LabelMatcher& a, const LabelMatcher& b) {
    return std::forward_as_tuple(a.name(), a.value(), a.op()) <
           std::forward_as_tuple(b.name(), b.value(), b.op());
  });
}

bool Matchers::match(const LabelSet& labels) const {
  return std::all_of(all_.begin(), all_.end(), [&](const LabelMatcher& matcher) {
    return matcher.matches(labels.get(matcher.name()));
  });
}

void Matchers::add(const Matchers& others) {
  std::vector<LabelMatcher> both = all_;
  both.insert(both.end(), others.all_.begin(), others.all_.end());
  *this = Matchers(std::move(both));
}

std::string Matchers::text() const {
  std::string text;
  for (const LabelMatcher& matcher : all_) text.append(text.empty() ? "{" : ",") += textOf(matcher);
  return text.empty() ? "{}" : text + "}";
}

Matchers parseMatchers(std::string_view text) { return Matchers(parsed(text)); }

std::string_view textOf(LabelMatcher::Operator op) {
  switch (op) {
    case Operator::kEqual:
      return "=";
    case Operator::kNotEqual:
      return "!=";
    case Operator::kMatches:
      return "=~";
    default:
      return "!~";
  }
}

std::string textOf(const LabelMatcher& matcher) {
  const bool isPlain = plainPrefix(matcher.name()) == matcher.name().size();
  std::string text = isPlain ? matcher.name() : text_template::doubleQuoted(matcher.name());
  text += textOf(matcher.op());
  if (!isPlain) return text + text_template::doubleQuoted(matcher.value());
  text += '"';
  for (const char c : matcher.value()) {
    if (c == '\\' || c == '"') text += '\\';
    c == '\n' ? text += "\\n" : text += c;
  }
  return text + '"';
}

}  // namespace orchestrator_exporter::notifications
