#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter {

// A heading of --help with flags below it, or with a paragraph. Sections of one topic follow each
// other.
struct HelpSection {
  struct Flag {
    std::string name;  // as it is written: --[no-]once, --path.procfs=DIRECTORY
    std::string text;
  };
  std::string title;
  std::string paragraph = {};
  std::vector<Flag> flags = {};
  std::string topic = {};  // the word behind --help that it is shown for; empty: it is the preface
};

// The sections laid out for a width: texts stand beside their flags, or below them in a section
// whose flags leave too little room. No line is longer than the width, which is at least 40, if its
// flag is not.
std::string helpText(const std::vector<HelpSection>& sections, std::size_t width);

// The preface, the flags of these names as they are written without dashes and value, and what
// topics there are, for the same width.
std::string shortHelp(const std::vector<HelpSection>& sections,
                      const std::vector<std::string_view>& flags, std::size_t width);

// The sections of one topic; none if there is no such topic.
std::vector<HelpSection> sectionsOf(const std::vector<HelpSection>& sections,
                                    std::string_view topic);

// The topics of sections, each once, in their order.
std::vector<std::string> topicsOf(const std::vector<HelpSection>& sections);

// How many columns standard output has: what COLUMNS says, else the terminal, else 80.
std::size_t outputWidth();

}  // namespace orchestrator_exporter
