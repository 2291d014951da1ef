#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter {

// A heading of --help with flags below it, or with a paragraph.
struct HelpSection {
  struct Flag {
    std::string name;  // as it is written: --[no-]once, --path.procfs=DIRECTORY
    std::string text;
  };
  std::string title;
  std::string paragraph = {};
  std::vector<Flag> flags = {};
};

// The sections laid out for a width: texts stand beside their flags, or below them in a section
// whose flags leave too little room. No line is longer than the width, which is at least 40, if its
// flag is not.
std::string helpText(const std::vector<HelpSection>& sections, std::size_t width);

// How many columns standard output has: what COLUMNS says, else the terminal, else 80.
std::size_t outputWidth();

}  // namespace orchestrator_exporter
