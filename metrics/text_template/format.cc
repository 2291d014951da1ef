#include "metrics/text_template/format.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "metrics/base/utf8.h"
#include "metrics/text_template/verbs.h"

namespace orchestrator_exporter::text_template {

namespace {

// Nobody needs a wider name, and a typing error should not cost memory.
constexpr std::size_t kWidest = 4096;

std::string formatOne(const Verb& verb, const Value& value, bool isInner);

// Characters that Go prints as escapes besides those below a blank.
bool isPrintable(char32_t c) {
  constexpr std::pair<char32_t, char32_t> kOthers[] = {
      {0x7f, 0xa0},     {0xad, 0xad},       {0x1680, 0x1680},   {0x2000, 0x200f}, {0x2028, 0x202f},
      {0x205f, 0x206f}, {0x3000, 0x3000},   {0xe000, 0xf8ff},   {0xfeff, 0xfeff}, {0xfff0, 0xfffb},
      {0xfffe, 0xffff}, {0xe0000, 0xe00ff}, {0xf0000, 0x10ffff}};
  return std::none_of(std::begin(kOthers), std::end(kOthers),
                      [c](const auto& range) { return c >= range.first && c <= range.second; });
}

char32_t firstOf(std::string_view character) {
  constexpr unsigned kFirstBits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  char32_t number = static_cast<unsigned char>(character[0]) & kFirstBits[character.size()];
  for (const char c : character.substr(1)) {
    number = number << 6U | (static_cast<unsigned char>(c) & 0x3fU);
  }
  return number;
}

std::string hexDigits(std::uint32_t number, std::size_t width) {
  std::string digits(width, '0');
  for (; width > 0; number >>= 4U) digits[--width] = "0123456789abcdef"[number & 15U];
  return digits;
}

std::string quotedText(std::string_view text, bool asciiOnly) {
  constexpr std::string_view kEscaped = "\"\\\a\b\f\n\r\t\v";
  constexpr std::string_view kLetters = "\"\\abfnrtv";
  std::string result = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8SequenceLength(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    const std::size_t escape = kEscaped.find(text[0]);
    if (escape != std::string_view::npos) {
      result.append(1, '\\').append(1, kLetters[escape]);
    } else if (length == 0 || byte < 0x20 || byte == 0x7f) {
      result += "\\x" + hexDigits(byte, 2);
    } else if (const char32_t c = firstOf(text.substr(0, length));
               (asciiOnly && c >= 0x80) || !isPrintable(c)) {
      result += c < 0x10000 ? "\\u" + hexDigits(c, 4) : "\\U" + hexDigits(c, 8);
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result + "\"";
}

std::string misfit(const Verb& verb, const Value& value) {
  const std::string begin = "%!" + std::string(verb.word) + "(";
  if (std::holds_alternative<Missing>(value)) return begin + "<nil>)";
  Verb plain = verb;
  plain.word = "v";
  plain.sharp = false;
  return begin + std::string(typeName(value)) + "=" + formatOne(plain, value, false) + ")";
}

// Lists and maps: the verb is for their elements.
std::string formatElements(const Verb& verb, const List& list) {
  const bool asGo = verb.sharp && verb.letter() == 'v';
  std::string text = asGo ? std::string(list.type) + "{" : "[";
  const std::size_t empty = text.size();
  for (const Value& item : list.items) {
    text.append(text.size() > empty ? (asGo ? ", " : " ") : "") += formatOne(verb, item, true);
  }
  return text + (asGo ? "}" : "]");
}

std::string formatElements(const Verb& verb, const Map& map) {
  const bool asGo = verb.sharp && verb.letter() == 'v';
  std::string text = asGo ? std::string(map.type) + "{" : "map[";
  const std::size_t empty = text.size();
  for (const auto& [key, value] : map.entries) {
    text.append(text.size() > empty ? (asGo ? ", " : " ") : "");
    text.append(formatOne(verb, key, true)).append(":") += formatOne(verb, value, true);
  }
  return text + (asGo ? "}" : "]");
}

// A value that has a text of its own.
std::string formatText(const Verb& verb, const Value& value) {
  const auto text = spelled(verb, std::string_view(printed(value)));
  return text ? *text : misfit(verb, value);
}

std::string formatOne(const Verb& verb, const Value& value, bool isInner) {
  if (verb.letter() == 'T') return padded(verb, std::string(typeName(value)));
  if (std::holds_alternative<Missing>(value)) {
    return verb.letter() == 'v' ? padded(verb, "<nil>") : misfit(verb, value);
  }
  const bool wantsText = verb.isOneOf("vsxXq") && !(verb.sharp && verb.letter() == 'v');
  std::optional<std::string> text;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    text = spelled(verb, *whole);
  } else if (const auto* integer = std::get_if<NamedInteger>(&value)) {
    if (wantsText) return formatText(verb, value);
    text = spelled(verb, integer->number);
  } else if (const auto* real = std::get_if<double>(&value)) {
    text = spelled(verb, *real);
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    text = spelled(verb, *truth);
  } else if (const auto* words = std::get_if<std::string>(&value)) {
    text = spelled(verb, std::string_view(*words));
  } else if (const auto* list = std::get_if<std::shared_ptr<const List>>(&value)) {
    return wantsText && (*list)->text ? formatText(verb, value) : formatElements(verb, **list);
  } else if (const auto* map = std::get_if<std::shared_ptr<const Map>>(&value)) {
    return wantsText && (*map)->text ? formatText(verb, value) : formatElements(verb, **map);
  } else {
    const bool isPointer =
        !isInner && typeName(value).starts_with('*') && !std::holds_alternative<Time>(value);
    text = (isPointer ? "&" : "") + formatText(verb, value);
  }
  return text ? *text : misfit(verb, value);
}

// Goes over a format with its values.
class Formatting {
 public:
  Formatting(std::string_view format, std::span<const Value> values)
      : format_(format), values_(values) {}

  std::string run() {
    while (!format_.empty()) {
      const std::size_t percent = std::min(format_.find('%'), format_.size());
      text_ += format_.substr(0, percent);
      format_.remove_prefix(percent);
      if (format_.empty()) break;
      format_.remove_prefix(1);
      writeVerb();
    }
    if (!isReordered_ && next_ < values_.size()) writeExtra();
    return std::move(text_);
  }

 private:
  void writeVerb() {
    hasGoodNumber_ = true;
    hasNumber_ = false;
    const Verb verb = takeVerb();
    if (verb.word.empty()) {
      text_ += "%!(NOVERB)";
    } else if (verb.letter() == '%') {
      text_ += '%';
    } else if (!hasGoodNumber_) {
      text_ += "%!" + std::string(verb.word) + "(BADINDEX)";
    } else if (next_ < values_.size()) {
      text_ += formatOne(verb, values_[next_++], false);
    } else {
      text_ += "%!" + std::string(verb.word) + "(MISSING)";
    }
  }

  void writeExtra() {
    text_ += "%!(EXTRA ";
    for (std::size_t i = next_; i < values_.size(); ++i) {
      text_.append(i > next_ ? ", " : "").append(typeName(values_[i]));
      if (std::holds_alternative<Missing>(values_[i])) continue;
      Verb plain;
      plain.word = "v";
      text_ += "=" + formatOne(plain, values_[i], false);
    }
    text_ += ")";
  }

  Verb takeVerb() {
    Verb verb;
    for (; !format_.empty() && std::string_view("-0+ #").find(format_[0]) != std::string_view::npos;
         format_.remove_prefix(1)) {
      verb.left |= format_[0] == '-';
      verb.zeros |= format_[0] == '0';
      verb.sign |= format_[0] == '+';
      verb.blank |= format_[0] == ' ';
      verb.sharp |= format_[0] == '#';
    }
    takeNumberOfValue();
    if (take('*')) {
      const std::int64_t* const width = takeWidth("%!(BADWIDTH)");
      verb.left |= width && *width < 0;
      if (width) verb.width = std::min(static_cast<std::size_t>(std::abs(*width)), kWidest);
    } else {
      const bool isThere = !format_.empty() && isDigit(format_[0]);
      if (isThere) verb.width = takeNumber();
      if (isThere && hasNumber_) hasGoodNumber_ = false;
    }
    if (take('.')) {
      if (hasNumber_) hasGoodNumber_ = false;
      takeNumberOfValue();
      if (take('*')) {
        const std::int64_t* const precision = takeWidth("%!(BADPREC)");
        if (precision && *precision >= 0) {
          verb.precision = std::min(static_cast<std::size_t>(*precision), kWidest);
        }
      } else {
        verb.precision = takeNumber();
      }
    }
    if (!hasNumber_) takeNumberOfValue();
    const std::size_t size = std::max<std::size_t>(utf8SequenceLength(format_), 1);
    verb.word = format_.substr(0, size);
    format_.remove_prefix(verb.word.size());
    if (verb.left) verb.zeros = false;
    return verb;
  }

  static bool isDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
  bool take(char wanted) {
    if (!format_.starts_with(wanted)) return false;
    format_.remove_prefix(1);
    return true;
  }
  std::size_t takeNumber() {
    std::size_t value = 0;
    for (; !format_.empty() && isDigit(format_[0]); format_.remove_prefix(1)) {
      value = std::min(kWidest, value * 10 + static_cast<std::size_t>(format_[0] - '0'));
    }
    return value;
  }

  // [2]: which value comes next.
  void takeNumberOfValue() {
    if (!format_.starts_with('[')) return;
    isReordered_ = true;
    const std::size_t end = format_.find(']');
    if (end == std::string_view::npos) {
      hasGoodNumber_ = false;
      format_.remove_prefix(1);
      return;
    }
    format_.remove_prefix(1);
    const std::size_t before = format_.size();
    const std::size_t number = takeNumber();
    const bool isWhole = before - format_.size() == end - 1 && end > 1;
    format_.remove_prefix(isWhole ? 1 : end - (before - format_.size()));
    if (!isWhole || number < 1 || number > values_.size()) {
      hasGoodNumber_ = false;
      return;
    }
    next_ = number - 1;
    hasNumber_ = true;
  }

  // A value that * stands for; null, and a remark in the text, if it is none.
  const std::int64_t* takeWidth(std::string_view remark) {
    hasNumber_ = false;
    const auto* number =
        next_ < values_.size() ? std::get_if<std::int64_t>(&values_[next_]) : nullptr;
    if (next_ < values_.size()) ++next_;
    const bool isUsable = number && *number >= -1'000'000 && *number <= 1'000'000;
    if (!isUsable) text_ += remark;
    return isUsable ? number : nullptr;
  }

  std::string_view format_;
  std::span<const Value> values_;
  std::string text_;
  std::size_t next_ = 0;
  bool isReordered_ = false;
  bool hasGoodNumber_ = true;
  bool hasNumber_ = false;
};

}  // namespace

std::string doubleQuoted(std::string_view text) { return quotedText(text, false); }
std::string quotedAscii(std::string_view text) { return quotedText(text, true); }

std::string formatted(std::string_view format, std::span<const Value> values) {
  return Formatting(format, values).run();
}

}  // namespace orchestrator_exporter::text_template
