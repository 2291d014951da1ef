#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace orchestrator_exporter::probes {

// A regular expression (RE2) that may match anywhere. Cheap to copy.
class Expression {
 public:
  // Throws std::invalid_argument with the reason.
  explicit Expression(const std::string& text);

  bool matches(std::string_view text) const;
  // A text with references to groups ($1, ${name}), as they matched in `text`; nullopt if the
  // expression does not match there.
  std::optional<std::string> expand(std::string_view text, std::string_view replacement) const;
  const std::string& text() const;

 private:
  std::shared_ptr<const re2::RE2> expression_;
};

}  // namespace orchestrator_exporter::probes
