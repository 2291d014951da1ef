#include "metrics/rules/expansion/texts.h"

#include <arpa/inet.h>
#include <re2/re2.h>

#include <cctype>
#include <optional>
#include <utility>
#include <vector>

#include "metrics/base/utf8.h"
#include "metrics/group_template.h"
#include "metrics/promql/syntax/expression_error.h"
#include "metrics/promql/syntax/literals.h"
#include "metrics/text_template/escapes.h"
#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter::rules {

namespace {

// Letters of Latin-1, Greek and Cyrillic beside those of ASCII: where the small ones begin and end,
// and how far their capitals lie before them.
struct Letters {
  char32_t first;
  char32_t last;
  char32_t distance;
};
constexpr Letters kSmallLetters[] = {{'a', 'z', 32},     {0xe0, 0xf6, 32},   {0xf8, 0xfe, 32},
                                     {0x3b1, 0x3c1, 32}, {0x3c3, 0x3c9, 32}, {0x430, 0x44f, 32},
                                     {0x450, 0x45f, 80}};

char32_t upper(char32_t c) {
  for (const Letters& row : kSmallLetters) {
    if (c >= row.first && c <= row.last) return c - row.distance;
  }
  return c;
}

char32_t lower(char32_t c) {
  for (const Letters& row : kSmallLetters) {
    if (c >= row.first - row.distance && c <= row.last - row.distance) return c + row.distance;
  }
  return c;
}

template <typename Change>
std::string changed(std::string_view text, Change change) {
  std::string out;
  while (!text.empty()) {
    const auto [character, length] = promql::firstCharacter(text);
    appendUtf8(out, change(character));
    text.remove_prefix(length);
  }
  return out;
}

bool isLetter(char32_t c) {
  return c >= 0x80 || std::isalnum(static_cast<int>(c)) != 0 || c == '_' || c == '\'';
}

re2::RE2::Options quietly() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  return options;
}

// Host and port as Go's net.SplitHostPort tells them apart; nullopt if they cannot be.
std::optional<std::pair<std::string_view, std::string_view>> splitPort(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[')) {
    if (!host.ends_with(']')) return std::nullopt;
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  const bool isPlain = host.find_first_of("[]") == std::string_view::npos &&
                       port.find_first_of("[]") == std::string_view::npos;
  if (!isPlain) return std::nullopt;
  return std::pair(host, port);
}

bool isAddress(const std::string& host) {
  in6_addr bytes{};
  return inet_pton(AF_INET, host.c_str(), &bytes) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &bytes) == 1;
}

std::string link(std::string_view expression, std::string_view tab) {
  return "/graph?g0.expr=" + text_template::escapedForQuery(expression) +
         "&g0.tab=" + std::string(tab);
}

}  // namespace

std::string toUpper(std::string_view text) { return changed(text, upper); }
std::string toLower(std::string_view text) { return changed(text, lower); }

std::string toTitle(std::string_view text) {
  bool isStart = true;
  return changed(text, [&](char32_t c) {
    const char32_t wanted = isStart ? upper(c) : c;
    isStart = !isLetter(c);
    return wanted;
  });
}

bool matchesText(const std::string& expression, std::string_view text) {
  const re2::RE2 compiled(expression, quietly());
  if (!compiled.ok()) throw text_template::CallError(promql::expressionError(compiled.error()));
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled);
}

std::string replacedAll(const std::string& expression, std::string_view replacement,
                        std::string_view text) {
  const re2::RE2 compiled(expression, quietly());
  if (!compiled.ok()) {
    throw text_template::CallError("regexp: Compile(`" + expression +
                                   "`): " + promql::expressionError(compiled.error()));
  }
  const GroupTemplate wanted(replacement, compiled);
  std::vector<re2::StringPiece> groups(
      static_cast<std::size_t>(compiled.NumberOfCapturingGroups()) + 1);
  const re2::StringPiece subject(text.data(), text.size());
  std::string out;
  std::size_t copied = 0;
  std::size_t searched = 0;
  bool afterMatch = false;
  while (searched <= text.size() &&
         compiled.Match(subject, searched, subject.size(), re2::RE2::UNANCHORED, groups.data(),
                        static_cast<int>(groups.size()))) {
    const auto begin = static_cast<std::size_t>(groups[0].data() - subject.data());
    const std::size_t end = begin + groups[0].size();
    out += text.substr(copied, begin - copied);
    // An empty match right behind another one does not count.
    if (end > begin || !afterMatch || begin > copied) out += wanted.expand(groups);
    copied = end;
    afterMatch = true;
    searched = end;
    if (end == begin) {
      if (end == text.size()) break;
      const std::size_t step = std::max<std::size_t>(utf8SequenceLength(text.substr(end)), 1);
      out += text.substr(end, step);
      copied = searched = end + step;
      afterMatch = false;
    }
  }
  return out.append(text.substr(std::min(copied, text.size())));
}

std::string withoutPort(std::string_view text) {
  const auto parts = splitPort(text);
  return std::string(parts ? parts->first : text);
}

std::string withoutDomain(std::string_view text) {
  const auto parts = splitPort(text);
  const std::string host(parts ? parts->first : text);
  if (isAddress(host)) return std::string(text);
  const std::string name = host.substr(0, host.find('.'));
  return parts ? name + ":" + std::string(parts->second) : name;
}

std::string graphLink(std::string_view expression) { return link(expression, "0"); }
std::string tableLink(std::string_view expression) { return link(expression, "1"); }

std::string pathOf(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) {
    url.remove_prefix(scheme + 3);
    const std::size_t slash = url.find('/');
    url = slash == std::string_view::npos ? std::string_view() : url.substr(slash);
  }
  return std::string(url.substr(0, url.find_first_of("?#")));
}

}  // namespace orchestrator_exporter::rules
