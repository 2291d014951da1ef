#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace orchestrator_exporter::text_template {

// A text is no template: what() is the reason alone.
class SyntaxError : public std::runtime_error {
 public:
  SyntaxError(const std::string& reason, std::size_t position)
      : std::runtime_error(reason), position_(position) {}

  // The byte of the text at which it was found.
  std::size_t position() const { return position_; }

 private:
  std::size_t position_;
};

// A function or method cannot be called so: what() is the reason alone.
class CallError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A template cannot go on: what() reads as Go's, with the template, line, column and the words at
// which it ended.
class ExecutionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One that cannot go on because it has written as much as it may.
class OutputLimitError : public ExecutionError {
 public:
  using ExecutionError::ExecutionError;
};

}  // namespace orchestrator_exporter::text_template
