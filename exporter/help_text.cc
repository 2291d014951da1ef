#include "exporter/help_text.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "exporter/kernel/row.h"

namespace orchestrator_exporter {

namespace {

constexpr std::size_t kLeastWidth = 40;
constexpr std::size_t kFlagIndent = 2;
constexpr std::size_t kTextIndent = 6;  // of texts below their flags
constexpr std::size_t kGap = 2;         // between a flag and the text beside it

// How much of a word goes onto a line with this much room: all of it, or for a long expression as
// much as ends with one of its alternatives.
std::size_t partOf(std::string_view word, std::size_t room) {
  if (word.size() <= room) return word.size();
  const std::size_t bar = word.substr(0, room).find_last_of("|,");
  return bar == std::string_view::npos ? room : bar + 1;
}

// Appends the text's words in lines from column `indent` to `width`; the first line has been begun
// as far as that column.
void appendWrapped(std::string& out, std::string_view text, std::size_t indent, std::size_t width) {
  std::size_t column = indent;
  const auto beginLine = [&] {
    out += "\n" + std::string(indent, ' ');
    column = indent;
  };
  while (!text.empty()) {
    std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const std::size_t space = column == indent ? 0 : 1;
    if (space != 0 && column + space + word.size() > width) {
      beginLine();
    } else if (space != 0) {
      out += ' ';
      ++column;
    }
    while (!word.empty()) {
      const std::size_t part = partOf(word, width - column);
      out += word.substr(0, part);
      column += part;
      word.remove_prefix(part);
      if (!word.empty()) beginLine();
    }
  }
  out += '\n';
}

void appendFlags(std::string& out, const std::vector<HelpSection::Flag>& flags, std::size_t width) {
  std::size_t longest = 0;
  for (const auto& flag : flags) longest = std::max(longest, flag.name.size());
  const std::size_t beside = kFlagIndent + longest + kGap;
  const bool below = beside > width / 2;
  const std::size_t indent = below ? kTextIndent : beside;
  for (const auto& flag : flags) {
    out += std::string(kFlagIndent, ' ') + flag.name;
    out += below ? "\n" + std::string(indent, ' ')
                 : std::string(indent - kFlagIndent - flag.name.size(), ' ');
    appendWrapped(out, flag.text, indent, width);
  }
}

// What a flag is called, without dashes and value.
std::string_view nameOf(const HelpSection::Flag& flag) {
  std::string_view name = flag.name;
  for (const std::string_view before : {"--", "[no-]"}) {
    if (name.starts_with(before)) name.remove_prefix(before.size());
  }
  return name.substr(0, name.find('='));
}

}  // namespace

std::string helpText(const std::vector<HelpSection>& sections, std::size_t width) {
  width = std::max(width, kLeastWidth);
  std::string out;
  for (const HelpSection& section : sections) {
    if (!out.empty()) out += '\n';
    if (!section.title.empty()) out += section.title + "\n";
    if (!section.paragraph.empty()) {
      const std::size_t indent = section.title.empty() ? 0 : kFlagIndent;
      out += std::string(indent, ' ');
      appendWrapped(out, section.paragraph, indent, width);
    }
    appendFlags(out, section.flags, width);
  }
  return out;
}

std::string shortHelp(const std::vector<HelpSection>& sections,
                      const std::vector<std::string_view>& flags, std::size_t width) {
  std::vector<HelpSection> shown = sectionsOf(sections, {});
  HelpSection chosen{.title = "Flags that are used most"};
  for (const std::string_view name : flags) {
    for (const HelpSection& section : sections) {
      std::ranges::copy_if(section.flags, std::back_inserter(chosen.flags),
                           [&](const auto& flag) { return nameOf(flag) == name; });
    }
  }
  shown.push_back(std::move(chosen));
  HelpSection topics{.title = "More"};
  topics.flags.push_back({"--help-all", "All flags."});
  for (const std::string& topic : topicsOf(sections)) {
    std::string titles;
    for (const HelpSection& section : sectionsOf(sections, topic)) {
      titles += (titles.empty() ? "" : "; ") + section.title;
    }
    topics.flags.push_back({"--help " + topic, titles + "."});
  }
  shown.push_back(std::move(topics));
  return helpText(shown, width);
}

std::vector<HelpSection> sectionsOf(const std::vector<HelpSection>& sections,
                                    std::string_view topic) {
  std::vector<HelpSection> some;
  std::ranges::copy_if(sections, std::back_inserter(some),
                       [&](const HelpSection& section) { return section.topic == topic; });
  return some;
}

std::vector<std::string> topicsOf(const std::vector<HelpSection>& sections) {
  std::vector<std::string> topics;
  for (const HelpSection& section : sections) {
    if (section.topic.empty() || std::ranges::find(topics, section.topic) != topics.end()) continue;
    topics.push_back(section.topic);
  }
  return topics;
}

std::size_t outputWidth() {
  constexpr std::size_t kUsual = 80;
  const char* const columns = std::getenv("COLUMNS");
  if (const auto given = parseUnsigned(columns == nullptr ? "" : columns); given.value_or(0) > 0) {
    return *given;
  }
  winsize terminal{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &terminal) == 0 && terminal.ws_col > 0) {
    return terminal.ws_col;
  }
  return kUsual;
}

}  // namespace orchestrator_exporter
