#include "exporter/host/pattern.h"

#include <re2/re2.h>

namespace orchestrator_exporter {

namespace {

std::optional<Pattern> optionalPattern(std::string_view flag, const std::string& expression,
                                       Pattern::Anchor anchor = Pattern::Anchor::kNone) {
  if (expression.empty()) return std::nullopt;
  return Pattern(flag, expression, anchor);
}

std::string dashed(std::string_view flag) { return "--" + std::string(flag); }

}  // namespace

std::optional<std::vector<Pattern::Capture>> Pattern::capture(std::string_view text) const {
  std::vector<re2::StringPiece> groups(
      static_cast<std::size_t>(expression_->NumberOfCapturingGroups()) + 1);
  const re2::StringPiece whole(text.data(), text.size());
  if (!expression_->Match(whole, 0, whole.size(), re2::RE2::UNANCHORED, groups.data(),
                          static_cast<int>(groups.size()))) {
    return std::nullopt;
  }
  const auto& names = expression_->CapturingGroupNames();
  std::vector<Capture> captures;
  for (std::size_t i = 1; i < groups.size(); ++i) {
    const auto name = names.find(static_cast<int>(i));
    captures.push_back({name == names.end() ? std::string_view() : std::string_view(name->second),
                        {groups[i].data(), groups[i].size()}});
  }
  return captures;
}

std::string_view spokenName(const Flags& flags, std::string_view name, std::string_view oldName) {
  if (oldName.empty() || flags.text(oldName).empty()) return name;
  if (flags.given(name)) {
    throw StartError(dashed(oldName) + " is the old name of " + dashed(name) +
                     ": give only one of them");
  }
  return oldName;
}

Pattern::Pattern(std::string_view flag, const std::string& expression, Anchor anchor) {
  compile(dashed(flag), expression, anchor);
}

Pattern Pattern::at(std::string_view place, const std::string& expression) {
  Pattern pattern;
  pattern.compile(std::string(place), expression, Anchor::kNone);
  return pattern;
}

void Pattern::compile(const std::string& place, const std::string& expression, Anchor anchor) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  const std::string whole = anchor == Anchor::kBoth ? "^(?:" + expression + ")$" : expression;
  expression_ = std::make_unique<re2::RE2>(whole, options);
  if (expression_->ok()) return;
  throw StartError(place + ": bad regular expression '" + expression +
                   "': " + expression_->error());
}

Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

bool Pattern::matches(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *expression_);
}

NameFilter NameFilter::fromFlags(const Flags& flags, std::string_view includeFlag,
                                 std::string_view excludeFlag, Pattern::Anchor anchor) {
  NameFilter filter;
  filter.include_ = optionalPattern(includeFlag, flags.text(includeFlag), anchor);
  filter.exclude_ = optionalPattern(excludeFlag, flags.text(excludeFlag), anchor);
  return filter;
}

NameFilter NameFilter::oneOf(const Flags& flags, std::string_view includeFlag,
                             std::string_view excludeFlag, std::string_view oldIncludeFlag,
                             std::string_view oldExcludeFlag) {
  const std::string_view include = spokenName(flags, includeFlag, oldIncludeFlag);
  const std::string_view exclude = spokenName(flags, excludeFlag, oldExcludeFlag);
  const std::string& included = flags.text(include);
  if (!included.empty() && flags.given(exclude) && !flags.text(exclude).empty()) {
    throw StartError(dashed(include) + " and " + dashed(exclude) +
                     " exclude each other: give only one of them");
  }
  NameFilter filter;
  if (!included.empty()) {
    filter.include_ = Pattern(include, included);
  } else {
    filter.exclude_ = optionalPattern(exclude, flags.text(exclude));
  }
  return filter;
}

bool NameFilter::takes(std::string_view name) const {
  if (exclude_ && exclude_->matches(name)) return false;
  return !include_ || include_->matches(name);
}

}  // namespace orchestrator_exporter
