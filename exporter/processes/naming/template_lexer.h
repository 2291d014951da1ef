#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter {

// A piece of a name template: the text between actions, or a word within one.
struct TemplateToken {
  enum class Kind : std::uint8_t {
    kText,        // outside of actions
    kActionEnd,   // }}
    kIdentifier,  // a function or a keyword
    kDot,         // . alone
    kField,       // .Name; `text` is Name
    kVariable,    // $ or $name
    kString,      // `text` is what it means
    kNumber,      // whole
    kPunctuation  // | ( ) , := =
  };
  Kind kind;
  std::string text;
  bool afterSpace = false;  // stands apart from the token before
};

// Cuts a template into tokens; comments and the white space that {{- and -}} take are left out.
// Throws StartError "<place>: bad template '…': …".
std::vector<TemplateToken> lexTemplate(std::string_view place, std::string_view text);

// The error of a template that cannot be read.
[[noreturn]] void refuseTemplate(std::string_view place, std::string_view text,
                                 std::string_view reason);

}  // namespace orchestrator_exporter
