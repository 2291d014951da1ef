#pragma once

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/analysis/bottlenecks/advice.h"
#include "metrics/analysis/texts.h"

namespace orchestrator_exporter::analysis {

// What the sentences are made of.
struct Case {
  const Figures& figures;
  const Diagnosis& diagnosis;

  const Place& place() const { return diagnosis.bottleneck.place; }
  const Evidence* evidence(std::string_view id) const {
    for (const Evidence& one : diagnosis.bottleneck.evidence) {
      if (one.detector->id == id) return &one;
    }
    return nullptr;
  }
  const Consumer* consumer(std::string_view kind, std::string_view what = {}) const {
    for (const Consumer& one : diagnosis.consumers) {
      if (one.kind == kind && (what.empty() || one.what == what)) return &one;
    }
    return nullptr;
  }
  // {instance="…",…} for the place, with more matchers.
  std::string on(const std::string& matchers = {}) const {
    const std::string instance = onInstance(place());
    return "{" + instance + (instance.empty() || matchers.empty() ? "" : ",") + matchers + "}";
  }
  double cpus() const {
    return figures.one("count(count by (cpu) (node_cpu_seconds_total" + on() + "))");
  }
};

inline std::string nameOf(const Consumer& consumer) {
  return (consumer.kind == "group" ? "process group " : "control group ") + consumer.name;
}

// Who takes most, with how much: "process group stress takes 1.98 CPUs (97.2 % of what all groups
// take)".
inline std::string whoOf(const Case& one) {
  const Consumer* who = one.consumer("group");
  if (who == nullptr) who = one.consumer("cgroup");
  if (who == nullptr) return {};
  const std::string what = who->what == "CPU" ? "" : " of " + who->what;
  std::string text = nameOf(*who) + " takes " + valueWords(who->value, who->unit) + what + " (" +
                     shareWords(who->share) + " of what all " +
                     (who->kind == "group" ? "groups" : "control groups") + " take)";
  constexpr double kSome = 0.05;
  if (who->growth > kSome * who->value) {
    text += ", " + valueWords(who->growth, who->unit) + " more than in the hour before";
  }
  return text;
}

inline std::string sentence(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace orchestrator_exporter::analysis
