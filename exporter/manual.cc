#include "exporter/manual.h"

#include <algorithm>
#include <string_view>

#include "exporter/build_info.h"

namespace orchestrator_exporter {

namespace {

// Text as roff takes it: a backslash begins a command, and so does a point or an apostrophe at the
// beginning of a line. A minus that is meant as one is escaped, so that it can be copied.
std::string escaped(std::string_view text) {
  std::string out;
  if (text.starts_with('.') || text.starts_with('\'')) out += "\\&";
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

// A paragraph as lines of a length that readers of the source can take.
void appendFilled(std::string& out, std::string_view text) {
  constexpr std::size_t kLength = 76;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const bool begins = column == 0 || column + word.size() > kLength;
    if (begins && column != 0) out += '\n';
    if (!begins) out += ' ';
    out += begins ? escaped(word) : escaped("x" + std::string(word)).substr(1);
    column = begins ? word.size() : column + 1 + word.size();
  }
  out += '\n';
}

void appendSection(std::string& page, const HelpSection& section) {
  page += ".SS \"" + escaped(section.title) + "\"\n";
  if (!section.paragraph.empty()) appendFilled(page, section.paragraph);
  for (const HelpSection::Flag& flag : section.flags) {
    page += ".TP\n.B \"" + escaped(flag.name) + "\"\n";
    appendFilled(page, flag.text);
  }
}

}  // namespace

std::string manualPage(const std::vector<HelpSection>& sections,
                       const std::vector<HelpSection>& commands) {
  std::string page =
      ".TH ORCHESTRATOR_EXPORTER 8 \"\" \"orchestrator_exporter " + std::string(kVersion) +
      "\"\n.ad l\n.SH NAME\norchestrator_exporter \\- Prometheus exporter for a host and the "
      "AI\\-agent orchestrators on it\n.SH SYNOPSIS\n.B orchestrator_exporter\n"
      "[\\fIFLAG\\fR]... [@\\fIFILE\\fR]...\n.br\n.B orchestrator_exporter\n"
      "\\fICOMMAND\\fR [\\fIFLAG\\fR]... [\\fIARGUMENT\\fR]...\n.SH DESCRIPTION\n";
  bool described = false;
  for (const HelpSection& section : sections) {
    if (section.paragraph.starts_with("usage:")) continue;
    if (section.title.empty() && !described) {
      appendFilled(page, section.paragraph);
      page += ".SH OPTIONS\n";
      described = true;
      continue;
    }
    appendSection(page, section);
  }
  if (!commands.empty()) page += ".SH COMMANDS\n";
  for (const HelpSection& command : commands) appendSection(page, command);
  page += ".SH SIGNALS\n";
  appendFilled(page,
               "SIGHUP reads configuration again; SIGTERM and SIGINT let the requests in flight "
               "end, and end the program with status 0.");
  page += ".SH \"EXIT STATUS\"\n";
  appendFilled(page,
               "0 after a signal, 1 if the command line or an address is invalid, 2 if a "
               "collector cannot be made. Of a command: 0 if it is done, 1 if it could not be "
               "done, 2 if its arguments make no sense.");
  return page;
}

}  // namespace orchestrator_exporter
