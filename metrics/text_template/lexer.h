#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter::text_template {

// A piece of a template: the text between actions, or a word within one.
struct Token {
  enum class Kind : std::uint8_t {
    kText,        // outside of actions
    kActionEnd,   // }}
    kIdentifier,  // a function or a keyword
    kDot,         // . alone
    kField,       // .Name; `text` is Name
    kVariable,    // $ or $name
    kString,      // `text` is what it means
    kNumber,      // of any kind, with its sign
    kCharacter,   // 'a'; `text` is the number of the character
    kPunctuation  // | ( ) , := =
  };
  Kind kind;
  std::string text;
  bool afterSpace = false;   // stands apart from the token before
  std::size_t position = 0;  // of its first byte in the whole
  std::size_t length = 0;    // as written
};

// Cuts a template into tokens; comments and the white space that {{- and -}} take are left out.
// Throws SyntaxError.
std::vector<Token> lex(std::string_view text);

}  // namespace orchestrator_exporter::text_template
