#include "metrics/pushed/push_groups.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "metrics/base/errors.h"
#include "metrics/base/string_hash.h"
#include "metrics/base/text_buffer.h"
#include "metrics/base/utf8.h"
#include "metrics/label_text.h"

namespace orchestrator_exporter {
namespace {

constexpr std::string_view kPushTime = "push_time_seconds";
constexpr std::string_view kFailureTime = "push_failure_time_seconds";

double systemUnixTime() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

std::string textOf(const std::map<std::string_view, std::string_view>& labels) {
  TextBuffer text;
  for (const auto& [name, value] : labels) {
    text.append(text.empty() ? '{' : ',');
    text.append(name);
    text.append("=\"");
    appendEscaped(text, value, true);
    text.append('"');
  }
  text.append('}');
  return std::string(text.view());
}

// The labels of a sample with those of its group over them.
std::string joined(const PushGroup::Labels& group, std::span<const Label> own) {
  std::map<std::string_view, std::string_view> all = {{"instance", ""}};
  for (const Label& label : own) all[label.name] = label.value;
  for (const auto& [name, value] : group) all[name] = value;
  return textOf(all);
}

std::shared_ptr<GroupFamily> kept(const PushGroup::Labels& group, const ParsedFamily& family,
                                  double time) {
  auto made = std::make_shared<GroupFamily>();
  made->name = family.name;
  made->help = family.help;
  made->type = family.type;
  made->time = time;
  const std::uint64_t seed = hashString(family.name, 0);
  const bool isDistribution =
      family.type == MetricType::kHistogram || family.type == MetricType::kSummary;
  for (const ParsedSample& sample : family.samples) {
    GroupSample& one = made->samples.emplace_back();
    one.labelText = joined(group, sample.labels);
    one.hash = hashString(one.labelText, seed);
    one.value = sample.value;
    if (isDistribution) {
      one.distribution = std::make_unique<ParsedDistribution>(sample.distribution);
    }
  }
  return made;
}

std::string_view wordOf(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kHistogram:
      return "histogram";
    case MetricType::kSummary:
      return "summary";
    case MetricType::kUntyped:
      return "untyped";
    default:
      return "gauge";
  }
}

std::string otherType(const GroupFamily& family, MetricType type) {
  return family.name + " is of type " + std::string(wordOf(family.type)) + ", and elsewhere of " +
         std::string(wordOf(type));
}

}  // namespace

void GroupFamily::give(Sink& out) const {
  FamilySink& sink = out.family({name, help, type, {}});
  for (const GroupSample& sample : samples) {
    if (sample.distribution == nullptr) {
      sink.preparedSample(sample.value, sample.labelText, {});
      continue;
    }
    const ParsedLabels labels(sample.labelText);
    const ParsedDistribution& all = *sample.distribution;
    if (type == MetricType::kHistogram) {
      const NativeBuckets native = all.native == nullptr ? NativeBuckets{} : all.native->view();
      sink.histogram({.buckets = all.buckets,
                      .count = all.count,
                      .sum = all.sum,
                      .native = all.native == nullptr ? nullptr : &native},
                     labels.view());
    } else {
      sink.summary({.quantiles = all.quantiles, .count = all.count, .sum = all.sum}, labels.view());
    }
  }
}

void PushGroup::give(Sink& out) const {
  for (const auto& [name, family] : families) family->give(out);
  const std::string text = joined(labels, {});
  out.gauge(kPushTime, "When this group was pushed last, in Unix seconds; 0 if never.")
      .sink()
      .preparedSample(pushTime, text, {});
  out.gauge(kFailureTime,
            "When a push of this group was refused last, in Unix seconds; 0 if never.")
      .sink()
      .preparedSample(failureTime, text, {});
}

std::optional<double> PushGroup::expiry() const {
  if (ttl <= 0) return std::nullopt;
  return (pushTime > 0 ? pushTime : failureTime) + ttl;
}

PushGroups::PushGroups(Config config)
    : config_([&config] {
        if (!config.unixTime) config.unixTime = systemUnixTime;
        return std::move(config);
      }()) {}

std::optional<std::string> PushGroups::push(const PushGroup::Labels& labels, Replace replaced,
                                            std::span<const ParsedFamily> families,
                                            std::optional<double> ttl) {
  const double now = config_.unixTime();
  PushGroup group{.labels = labels, .pushTime = now, .ttl = ttl.value_or(config_.ttl)};
  NewFamilies added;
  for (const ParsedFamily& family : families) {
    if (family.name == kPushTime || family.name == kFailureTime) continue;
    added[std::string(family.name)] = kept(labels, family, now);
  }
  const std::lock_guard lock(pushing_);
  expire(now);
  const GroupPointer old = find(labels);
  if (old != nullptr) {
    group.failureTime = old->failureTime;
    if (!ttl && old->ttl != 0) group.ttl = old->ttl;
  }
  auto why = replace(std::move(group), replaced, std::move(added));
  if (why) fail(labels, old);
  changed();
  return why;
}

std::optional<std::string> PushGroups::restore(const PushGroup& group,
                                               std::span<const ParsedFamily> families,
                                               const std::map<std::string, FamilyTold>& told) {
  NewFamilies added;
  for (const ParsedFamily& family : families) {
    const std::string name(family.name);
    const auto known = told.find(name);
    if (known == told.end()) return name + " is not told of";
    ParsedFamily whole = family;
    whole.help = known->second.help;
    added[name] = kept(group.labels, whole, known->second.time);
  }
  const std::lock_guard lock(pushing_);
  return replace(group, Replace::kGroup, std::move(added));
}

std::optional<std::string> PushGroups::replace(PushGroup group, Replace how, NewFamilies added) {
  const GroupPointer old = find(group.labels);
  Families gone;
  if (old == nullptr && groups_.size() >= config_.maxSeries / 2) return "too many groups";
  if (old != nullptr) {
    for (const auto& [name, family] : old->families) {
      if (how == Replace::kGroup || added.contains(name)) {
        gone.emplace(name, family);
      } else {
        group.families.emplace(name, family);
      }
    }
  }
  if (auto why = fault(gone, added)) return why;
  for (const auto& [name, family] : gone) uncount(*family);
  for (auto& [name, family] : added) {
    count(*family);
    group.families.emplace(name, std::move(family));
  }
  put(std::move(group));
  return std::nullopt;
}

std::optional<std::string> PushGroups::fault(const Families& old, const NewFamilies& added) const {
  std::size_t left = series_.size();
  for (const auto& [name, family] : old) left -= family->samples.size();
  for (const auto& [name, family] : added) left += family->samples.size();
  if (left > config_.maxSeries) {
    return "there would be more than " + std::to_string(config_.maxSeries) + " series";
  }
  std::unordered_set<std::uint64_t> seen;
  for (const auto& [name, family] : added) {
    const auto before = old.find(name);
    const GroupFamily* const was = before == old.end() ? nullptr : before->second.get();
    if (auto why = faultOf(*family, was, seen)) return why;
    if (auto why = collision(*family, old, added)) return why;
  }
  return std::nullopt;
}

std::optional<std::string> PushGroups::faultOf(const GroupFamily& family, const GroupFamily* old,
                                               std::unordered_set<std::uint64_t>& seen) const {
  if (const auto elsewhere = config_.typeElsewhere(family.name);
      elsewhere && *elsewhere != family.type) {
    return otherType(family, *elsewhere);
  }
  std::size_t others = 0;
  if (const auto use = uses_.find(family.name); use != uses_.end()) {
    const std::size_t own = old == nullptr ? 0 : 1;
    if (use->second.groups > own && use->second.type != family.type) {
      return otherType(family, use->second.type);
    }
    others = use->second.series - (old == nullptr ? 0 : old->samples.size());
  }
  if (others + family.samples.size() > config_.maxSeriesPerFamily) {
    return family.name + " would have more than " + std::to_string(config_.maxSeriesPerFamily) +
           " series";
  }
  std::unordered_set<std::uint64_t> own;
  if (old != nullptr) {
    for (const GroupSample& sample : old->samples) own.insert(sample.hash);
  }
  for (const GroupSample& sample : family.samples) {
    const std::string name = family.name + ParseError::printable(sample.labelText);
    if (!seen.insert(sample.hash).second) return name + " comes twice";
    if (series_.contains(sample.hash) && !own.contains(sample.hash)) {
      return name + " is in another group";
    }
  }
  return std::nullopt;
}

std::optional<std::string> PushGroups::collision(const GroupFamily& family, const Families& old,
                                                 const NewFamilies& added) const {
  const auto typeOf = [&](const std::string& name) -> std::optional<MetricType> {
    if (const auto one = added.find(name); one != added.end()) return one->second->type;
    const auto use = uses_.find(name);
    const std::size_t going = old.contains(name) ? 1 : 0;
    if (use != uses_.end() && use->second.groups > going) return use->second.type;
    return config_.typeElsewhere(name);
  };
  for (const std::string_view suffix : {"_count", "_sum", "_bucket"}) {
    const auto hasSuch = [&](MetricType type) {
      return type == MetricType::kHistogram ||
             (type == MetricType::kSummary && suffix != "_bucket");
    };
    const std::string longer = family.name + std::string(suffix);
    if (hasSuch(family.type) && typeOf(longer)) return longer + " is a family of its own";
    if (!family.name.ends_with(suffix)) continue;
    const std::string shorter = family.name.substr(0, family.name.size() - suffix.size());
    if (const auto type = typeOf(shorter); type && hasSuch(*type)) {
      return family.name + " is a part of " + shorter;
    }
  }
  return std::nullopt;
}

void PushGroups::count(GroupFamily& family) {
  Use& use = uses_[family.name];
  use.type = family.type;
  if (use.groups++ == 0) use.help = family.help;
  family.help = use.help;
  use.series += family.samples.size();
  for (const GroupSample& sample : family.samples) series_.insert(sample.hash);
  seriesCount_ = series_.size();
}

void PushGroups::uncount(const GroupFamily& family) {
  const auto use = uses_.find(family.name);
  use->second.series -= family.samples.size();
  if (--use->second.groups == 0) uses_.erase(use);
  for (const GroupSample& sample : family.samples) series_.erase(sample.hash);
  seriesCount_ = series_.size();
}

PushGroups::GroupPointer PushGroups::find(const PushGroup::Labels& labels) const {
  const std::lock_guard lock(mutex_);
  const auto found = groups_.find(labels);
  return found == groups_.end() ? nullptr : found->second;
}

void PushGroups::put(PushGroup group) {
  auto made = std::make_shared<const PushGroup>(std::move(group));
  const std::lock_guard lock(mutex_);
  groups_[made->labels].swap(made);
}

void PushGroups::fail(const PushGroup::Labels& labels, const GroupPointer& old) {
  if (old == nullptr && groups_.size() >= config_.maxSeries / 2) return;
  PushGroup failed = old == nullptr ? PushGroup{.labels = labels, .ttl = config_.ttl} : *old;
  failed.failureTime = config_.unixTime();
  put(std::move(failed));
}

void PushGroups::noteFailure(const PushGroup::Labels& labels) {
  const std::lock_guard lock(pushing_);
  const GroupPointer old = find(labels);
  if (old == nullptr) return;
  fail(labels, old);
  changed();
}

void PushGroups::noteRefusal(const PushGroup::Labels& labels) {
  const std::lock_guard lock(pushing_);
  fail(labels, find(labels));
  changed();
}

void PushGroups::removeOne(const PushGroup::Labels& labels) {
  const GroupPointer old = find(labels);
  if (old == nullptr) return;
  for (const auto& [name, family] : old->families) uncount(*family);
  const std::lock_guard lock(mutex_);
  groups_.erase(labels);
}

void PushGroups::remove(const PushGroup::Labels& labels) {
  const std::lock_guard lock(pushing_);
  removeOne(labels);
  changed();
}

void PushGroups::removeAll() {
  const std::lock_guard lock(pushing_);
  uses_.clear();
  series_.clear();
  seriesCount_ = 0;
  {
    const std::lock_guard moment(mutex_);
    groups_.clear();
  }
  changed();
}

void PushGroups::expire(double now) {
  std::vector<PushGroup::Labels> over;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [labels, group] : groups_) {
      if (const auto end = group->expiry(); end && *end < now) over.push_back(labels);
    }
  }
  for (const auto& labels : over) removeOne(labels);
}

std::vector<std::shared_ptr<const PushGroup>> PushGroups::groups() {
  const double now = config_.unixTime();
  std::vector<GroupPointer> all;
  bool anyOver = false;
  {
    const std::lock_guard lock(mutex_);
    all.reserve(groups_.size());
    for (const auto& [labels, group] : groups_) {
      const auto end = group->expiry();
      const bool isOver = end && *end < now;
      anyOver = anyOver || isOver;
      if (!isOver) all.push_back(group);
    }
  }
  // A push that is under way takes them out itself.
  if (std::unique_lock lock(pushing_, std::defer_lock); anyOver && lock.try_lock()) expire(now);
  return all;
}

void PushGroups::collect(Sink& out) {
  for (const GroupPointer& group : groups()) group->give(out);
}

}  // namespace orchestrator_exporter
