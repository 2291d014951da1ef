#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/label_set.h"

namespace re2 {
class RE2;
}  // namespace re2

namespace orchestrator_exporter {

class GroupTemplate;

enum class RelabelAction : std::uint8_t {
  kReplace,
  kKeep,
  kDrop,
  kKeepEqual,
  kDropEqual,
  kHashMod,
  kLabelMap,
  kLabelDrop,
  kLabelKeep,
  kLowercase,
  kUppercase,
};

// The words of a configuration file, in any case; nullopt for another.
std::optional<RelabelAction> relabelAction(std::string_view word);

// One rule as it is written; what is not given has the default of Prometheus
// (prometheus.io/docs/prometheus/latest/configuration/configuration, relabel_config).
struct RelabelSettings {
  RelabelAction action = RelabelAction::kReplace;
  std::vector<std::string> sourceLabels = {};
  std::optional<std::string> separator = {};  // ;
  std::optional<std::string> regex = {};      // (.*)
  std::optional<std::string> targetLabel = {};
  std::optional<std::string> replacement = {};  // $1
  std::uint64_t modulus = 0;
};

// One rule, ready to be applied. Cheap to copy.
class RelabelRule {
 public:
  // Throws std::invalid_argument, with the reason, for what Prometheus refuses.
  explicit RelabelRule(RelabelSettings settings);

  // Changes the labels of a series; false if it is to be dropped. As in Prometheus, labelmap may
  // leave a label without a name: see isInvalid(). Thread-safe.
  bool apply(LabelSet& labels) const;

 private:
  friend bool relabel(std::span<const RelabelRule> rules, LabelSet& labels);

  class Changing;
  bool apply(Changing& labels) const;
  bool matches(std::string_view text) const;
  void replace(Changing& labels, const std::string& value) const;
  void mapNames(Changing& labels) const;
  void removeNames(Changing& labels, bool matching) const;
  std::string joined(const LabelSet& labels) const;

  RelabelSettings settings_;
  std::string separator_;
  std::string target_;
  std::shared_ptr<const re2::RE2> regex_;
  std::shared_ptr<const GroupTemplate> targetTemplate_;
  std::shared_ptr<const GroupTemplate> replacement_;
};

// Applies rules in their order; false if the series is to be dropped.
bool relabel(std::span<const RelabelRule> rules, LabelSet& labels);

// Whether rules left a label without a name, as a labelmap does whose replacement names a group
// that its expression does not have. Nothing can keep such a series: the scrape of a Prometheus
// fails for it.
inline bool isInvalid(const LabelSet& labels) { return labels.has(""); }

}  // namespace orchestrator_exporter
