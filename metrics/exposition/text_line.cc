#include "metrics/exposition/text_line.h"

#include "metrics/base/errors.h"
#include "metrics/base/names.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

bool isBlank(char c) { return c == ' ' || c == '\t'; }

bool isNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == ':';
}

// NUL is a character like others here; those who write the text replace it.
bool isReadable(std::string_view text) {
  while (true) {
    const std::size_t nul = text.find('\0');
    if (!isUtf8(text.substr(0, nul))) return false;
    if (nul == std::string_view::npos) return true;
    text.remove_prefix(nul + 1);
  }
}

}  // namespace

void TextLine::fail(std::string_view expected, std::string_view found) const {
  throw ParseError(place_, number_, expected, found);
}

bool TextLine::take(char c) {
  if (!startsWith(c)) return false;
  rest_.remove_prefix(1);
  return true;
}

void TextLine::skipBlanks() {
  while (!rest_.empty() && isBlank(rest_[0])) rest_.remove_prefix(1);
}

std::string_view TextLine::takeWord() {
  std::size_t size = 0;
  while (size < rest_.size() && !isBlank(rest_[size])) ++size;
  const std::string_view word = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return word;
}

// A bare or a quoted name, not yet known to be legal.
std::string_view TextLine::takeName() {
  if (startsWith('"')) return takeQuoted("name");
  std::size_t size = 0;
  while (size < rest_.size() && isNameCharacter(rest_[size])) ++size;
  const std::string_view name = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return name;
}

bool TextLine::isMetricName(std::string_view name, bool isQuoted) const {
  return isQuoted && quoted_ == Quoted::kUtf8 ? !name.empty() : isLegalMetricName(name);
}

std::string_view TextLine::takeMetricName() {
  const std::string_view from = rest_;
  const bool isQuoted = startsWith('"');
  const std::string_view name = takeName();
  if (!isMetricName(name, isQuoted)) fail("a metric name", from);
  return name;
}

std::string_view TextLine::unescape(std::string_view escaped) {
  if (escaped.find('\\') == std::string_view::npos) return escaped;
  std::string& text = texts_.emplace_back();
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] != '\\') {
      text += escaped[i];
      continue;
    }
    const char c = ++i < escaped.size() ? escaped[i] : '\0';
    if (c != '\\' && c != '"' && c != 'n') {
      fail("one of \\\\, \\\" and \\n after a backslash", escaped.substr(i - 1));
    }
    text += c == 'n' ? '\n' : c;
  }
  return text;
}

// `what` it is, for errors.
std::string_view TextLine::takeQuoted(std::string_view what) {
  if (!startsWith('"')) fail("a quoted " + std::string(what), rest_);
  std::size_t end = 1;
  while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
  if (end >= rest_.size()) fail("a closing quote", rest_);
  const std::string_view escaped = rest_.substr(1, end - 1);
  rest_.remove_prefix(end + 1);
  if (!isReadable(escaped)) fail("UTF-8 as " + std::string(what), escaped);
  return unescape(escaped);
}

std::string_view TextLine::takeLabels(std::string_view name, std::vector<Label>& labels) {
  rest_.remove_prefix(1);
  while (true) {
    skipBlanks();
    if (take('}')) return name;
    const std::string_view from = rest_;
    const bool isQuoted = startsWith('"');
    const std::string_view word = takeName();
    skipBlanks();
    if (take('=')) {
      const bool isLegal =
          isQuoted && quoted_ == Quoted::kUtf8 ? !word.empty() : isLegalLabelName(word);
      if (!isLegal || word == "__name__") fail("a label name", from);
      skipBlanks();
      const std::string_view value = takeQuoted("label value");
      labels.push_back({word, value});
    } else if (isQuoted && name.empty() && isMetricName(word, isQuoted)) {
      name = word;
    } else {
      fail("a label", from);
    }
    skipBlanks();
    if (!take(',') && !startsWith('}')) fail("a comma or a closing brace", rest_);
  }
}

std::string_view TextLine::takeHelp() {
  const std::string_view escaped = rest_;
  rest_ = {};
  return unescape(escaped);
}

}  // namespace orchestrator_exporter
