#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "metrics/base/errors.h"
#include "metrics/base/number_parse.h"

namespace orchestrator_exporter {

// The text without spaces, tabs and line ends at both ends.
std::string_view trim(std::string_view text);

// One line of a kernel file, in words that spaces and tabs separate. Errors name file, line and
// finding: `proc/loadavg:1: expected a number, got 'abc'`. Valid while the file's text is.
class Row {
 public:
  Row() = default;
  Row(std::string_view path, std::size_t line, std::string_view text)
      : path_(path), line_(line), text_(text), rest_(text) {}

  std::string_view text() const { return text_; }
  std::size_t lineNumber() const { return line_; }

  // Number of words.
  std::size_t size() const;
  bool empty() const { return size() == 0; }
  // The word at this place from 0 on; throws ParseError where the line is shorter.
  std::string_view word(std::size_t index) const;
  // As word(), nullopt if the line is shorter.
  std::optional<std::string_view> find(std::size_t index) const;

  // The word as a number; throws ParseError where it is none or is missing.
  double number(std::size_t index) const;
  // As number(), for what must be a whole number of at most 64 bits, without a sign.
  std::uint64_t unsignedInteger(std::size_t index) const;
  std::int64_t integer(std::size_t index) const;
  // Hexadecimal, without 0x.
  std::uint64_t hexadecimal(std::size_t index) const;

  // The error for something on this line that makes no sense.
  [[nodiscard]] ParseError error(std::string_view expected, std::string_view found) const {
    return {path_, line_, expected, found};
  }

  // Makes this the next line; keeps the memory for its words.
  void assign(std::size_t line, std::string_view text);

 private:
  bool splitMore() const;

  std::string_view path_;
  std::size_t line_ = 0;
  std::string_view text_;
  mutable std::string_view rest_;                // not yet split
  mutable std::vector<std::string_view> words_;  // split so far
};

// The lines of a text, for range-for: `for (const Row& row : Rows(path, text))`. Only one row is
// held at a time; empty lines come too, a last line without a line end as well.
class Rows {
 public:
  Rows(std::string_view path, std::string_view text) : path_(path), text_(text) {}

  class Iterator {
   public:
    explicit Iterator(const Rows& rows) : row_(rows.path_, 0, {}), rest_(rows.text_) { advance(); }
    const Row& operator*() const { return row_; }
    Iterator& operator++() {
      advance();
      return *this;
    }
    bool operator!=(std::nullptr_t) const { return !done_; }

   private:
    void advance();

    Row row_;
    std::string_view rest_;
    bool done_ = false;
  };

  Iterator begin() const { return Iterator(*this); }
  static std::nullptr_t end() { return nullptr; }

 private:
  std::string_view path_;
  std::string_view text_;
};

}  // namespace orchestrator_exporter
