#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace orchestrator_exporter::configuration {

// Where something stands in the file, both from 1 on; a line of 0 is the file as a whole.
struct Place {
  std::size_t line = 0;
  std::size_t column = 0;
};

// A configuration file that is at fault: `lines()` tell each fault as `file:line:column: text`, in
// the order of the file; what() has all of them, separated by semicolons.
class ConfigurationError : public std::runtime_error {
 public:
  explicit ConfigurationError(std::vector<std::string> lines);
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

// What is wrong with one file, gathered until all of it was looked at.
class Faults {
 public:
  explicit Faults(std::string file) : file_(std::move(file)) {}

  void add(Place place, std::string text);
  std::size_t size() const { return all_.size(); }
  // Throws ConfigurationError if there is any.
  void throwIfAny() const;

 private:
  struct Fault {
    Place place;
    std::string text;
  };
  std::string line(const Fault& fault) const;

  std::string file_;
  std::vector<Fault> all_;
};

}  // namespace orchestrator_exporter::configuration
