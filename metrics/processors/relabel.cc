#include "metrics/processors/relabel.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "metrics/base/utf8.h"
#include "metrics/group_template.h"
#include "metrics/processors/letter_case.h"
#include "metrics/processors/md5.h"

namespace orchestrator_exporter {

namespace {

using enum RelabelAction;

constexpr std::string_view kDefaultRegex = "(.*)";

constexpr std::array<std::pair<std::string_view, RelabelAction>, 11> kActions = {{
    {"replace", kReplace},
    {"keep", kKeep},
    {"drop", kDrop},
    {"keepequal", kKeepEqual},
    {"dropequal", kDropEqual},
    {"hashmod", kHashMod},
    {"labelmap", kLabelMap},
    {"labeldrop", kLabelDrop},
    {"labelkeep", kLabelKeep},
    {"lowercase", kLowercase},
    {"uppercase", kUppercase},
}};

std::string nameOf(RelabelAction action) {
  const auto is = [&](const auto& known) { return known.second == action; };
  return std::string(std::ranges::find_if(kActions, is)->first);
}

bool isAnyOf(RelabelAction action, std::initializer_list<RelabelAction> some) {
  return std::ranges::find(some, action) != some.end();
}

[[noreturn]] void refuse(const std::string& reason) { throw std::invalid_argument(reason); }

void checkTarget(const RelabelSettings& rule) {
  if (!isAnyOf(rule.action, {kReplace, kHashMod, kLowercase, kUppercase, kKeepEqual, kDropEqual})) {
    return;
  }
  const std::string target = rule.targetLabel.value_or("");
  if (target.empty()) refuse("the action " + nameOf(rule.action) + " needs a target_label");
  if (!isUtf8(target)) refuse("target_label is not valid UTF-8");
}

// Fields that an action does not read are refused where they would hide a mistake.
void checkUnused(const RelabelSettings& rule) {
  const std::string action = nameOf(rule.action);
  if (isAnyOf(rule.action, {kLowercase, kUppercase, kKeepEqual, kDropEqual}) &&
      rule.replacement.value_or("$1") != "$1") {
    refuse("the action " + action + " takes no replacement");
  }
  const bool hasSeparator = rule.separator.value_or(";") != ";";
  if (isAnyOf(rule.action, {kKeepEqual, kDropEqual}) &&
      (rule.regex.value_or(std::string(kDefaultRegex)) != kDefaultRegex || rule.modulus != 0 ||
       hasSeparator)) {
    refuse("the action " + action + " takes only source_labels and target_label");
  }
  if (isAnyOf(rule.action, {kLabelDrop, kLabelKeep}) &&
      (!rule.sourceLabels.empty() || !rule.targetLabel.value_or("").empty() || rule.modulus != 0 ||
       hasSeparator || rule.replacement.value_or("$1") != "$1")) {
    refuse("the action " + action + " takes only regex");
  }
}

std::shared_ptr<const re2::RE2> compiled(const std::string& text) {
  re2::RE2::Options options;
  options.set_dot_nl(true);
  options.set_log_errors(false);
  auto regex = std::make_shared<const re2::RE2>(text, options);
  if (!regex->ok()) refuse("invalid regex: " + regex->error());
  return regex;
}

using Groups = std::vector<re2::StringPiece>;

// The groups of a match of the whole text; empty if there is none.
Groups match(const re2::RE2& regex, std::string_view text) {
  Groups groups(static_cast<std::size_t>(regex.NumberOfCapturingGroups()) + 1);
  const re2::StringPiece subject(text.data(), text.size());
  if (!regex.Match(subject, 0, subject.size(), re2::RE2::ANCHOR_BOTH, groups.data(),
                   static_cast<int>(groups.size()))) {
    groups.clear();
  }
  return groups;
}

}  // namespace

std::optional<RelabelAction> relabelAction(std::string_view word) {
  const std::string wanted = toLowercase(word);
  for (const auto& [name, action] : kActions) {
    if (name == wanted) return action;
  }
  return std::nullopt;
}

// Labels while rules are applied to them. Of several that are mapped to one name the last counts,
// and what rules have set comes behind the others, in the order in which it was first set.
class RelabelRule::Changing {
 public:
  explicit Changing(LabelSet& labels) : labels_(labels) {}

  const LabelSet& get() const { return labels_; }

  // An empty value takes the label out.
  void set(const std::string& name, std::string_view value) {
    if (value.empty()) return remove(name);
    labels_.set(name, value);
    if (!isSet(name)) set_.push_back(name);
  }
  void remove(const std::string& name) {
    labels_.remove(name);
    std::erase(set_, name);
  }

  // All labels as they are now, in the order in which rules see them.
  std::vector<LabelSet::Pair> all() const {
    std::vector<LabelSet::Pair> pairs;
    std::ranges::copy_if(labels_, std::back_inserter(pairs),
                         [&](const auto& pair) { return !isSet(pair.first); });
    for (const std::string& name : set_) pairs.emplace_back(name, labels_.get(name));
    return pairs;
  }

 private:
  bool isSet(const std::string& name) const { return std::ranges::find(set_, name) != set_.end(); }

  LabelSet& labels_;
  std::vector<std::string> set_;
};

RelabelRule::RelabelRule(RelabelSettings settings)
    : settings_(std::move(settings)),
      separator_(settings_.separator.value_or(";")),
      target_(settings_.targetLabel.value_or("")) {
  if (settings_.action == kHashMod && settings_.modulus == 0) {
    refuse("the action hashmod needs a modulus that is not 0");
  }
  checkTarget(settings_);
  checkUnused(settings_);
  const std::string text = settings_.regex.value_or(std::string(kDefaultRegex));
  regex_ = compiled(text);
  const std::string replacement = settings_.replacement.value_or("$1");
  if (settings_.action == kLabelMap && (replacement.empty() || !isUtf8(replacement))) {
    refuse("the action labelmap needs a replacement that is a label's name");
  }
  targetTemplate_ = std::make_shared<const GroupTemplate>(target_, *regex_);
  replacement_ = std::make_shared<const GroupTemplate>(replacement, *regex_);
}

bool RelabelRule::matches(std::string_view text) const {
  return re2::RE2::FullMatch({text.data(), text.size()}, *regex_);
}

std::string RelabelRule::joined(const LabelSet& labels) const {
  std::string text;
  for (std::size_t i = 0; i < settings_.sourceLabels.size(); ++i) {
    if (i > 0) text += separator_;
    text += labels.get(settings_.sourceLabels[i]);
  }
  return text;
}

void RelabelRule::replace(Changing& labels, const std::string& value) const {
  const Groups groups = match(*regex_, value);
  if (groups.empty()) return;
  const std::string target = targetTemplate_->expand(groups);
  if (target.empty() || !isUtf8(target)) return;
  labels.set(target, replacement_->expand(groups));
}

// From the labels as they were: a new name is not mapped again.
void RelabelRule::mapNames(Changing& labels) const {
  for (const auto& [name, value] : labels.all()) {
    const Groups groups = match(*regex_, name);
    if (groups.empty()) continue;
    labels.set(replacement_->expand(groups), value);
  }
}

void RelabelRule::removeNames(Changing& labels, bool matching) const {
  const LabelSet before = labels.get();
  for (const auto& [name, value] : before) {
    if (matches(name) == matching) labels.remove(name);
  }
}

bool RelabelRule::apply(LabelSet& labels) const {
  Changing changing(labels);
  return apply(changing);
}

bool RelabelRule::apply(Changing& labels) const {
  const std::string value = joined(labels.get());
  switch (settings_.action) {
    case kKeep:
      return matches(value);
    case kDrop:
      return !matches(value);
    case kKeepEqual:
      return labels.get().get(target_) == value;
    case kDropEqual:
      return labels.get().get(target_) != value;
    case kReplace:
      replace(labels, value);
      return true;
    case kLowercase:
      labels.set(target_, toLowercase(value));
      return true;
    case kUppercase:
      labels.set(target_, toUppercase(value));
      return true;
    case kHashMod: {
      const auto digest = md5(value);
      std::uint64_t number = 0;
      for (std::size_t i = digest.size() / 2; i < digest.size(); ++i)
        number = number << 8 | digest[i];
      labels.set(target_, std::to_string(number % settings_.modulus));
      return true;
    }
    case kLabelMap:
      mapNames(labels);
      return true;
    case kLabelDrop:
      removeNames(labels, true);
      return true;
    case kLabelKeep:
      removeNames(labels, false);
      return true;
  }
  return true;
}

bool relabel(std::span<const RelabelRule> rules, LabelSet& labels) {
  RelabelRule::Changing changing(labels);
  return std::ranges::all_of(rules, [&](const RelabelRule& rule) { return rule.apply(changing); });
}

}  // namespace orchestrator_exporter
