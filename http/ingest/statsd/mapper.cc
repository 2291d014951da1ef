#include "http/ingest/statsd/mapper.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "metrics/base/names.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http::statsd {

std::string plainName(std::string_view name) {
  std::string plain;
  plain.reserve(name.size() + 1);
  if (!name.empty() && isNameDigit(name.front())) plain += '_';
  while (!name.empty()) {
    const char c = name.front();
    const bool stays = isNameLetter(c) || isNameDigit(c);
    plain += stays ? c : '_';
    name.remove_prefix(stays ? 1 : std::max<std::size_t>(utf8SequenceLength(name), 1));
  }
  return plain;
}

Mapper::Mapper(Mappings mappings) : mappings_(std::move(mappings)) {
  for (std::size_t i = 0; i < mappings_.all.size(); ++i) {
    if (mappings_.all[i].pattern == nullptr) globs_.add(mappings_.all[i].match, i);
  }
}

Mapped Mapper::map(std::string_view name, MetricKind kind, const std::vector<Tag>& tags) const {
  Mapped mapped;
  std::vector<std::string_view> captures;
  mapped.mapping = findGlob(name, kind, captures);
  if (mapped.mapping == nullptr) mapped.mapping = findPattern(name, kind, captures);
  for (const Tag& tag : tags) mapped.labels[plainName(tag.name)] = tag.value;
  if (mapped.mapping == nullptr) {
    mapped.name = plainName(name);
    return mapped;
  }
  mapped.name = plainName(mapped.mapping->name.expand(captures));
  for (const auto& [label, value] : mapped.mapping->labels) {
    if (mapped.mapping->honorLabels && mapped.labels.contains(label)) continue;
    mapped.labels[label] = value.expand(captures);
  }
  return mapped;
}

const Mapping* Mapper::findGlob(std::string_view name, MetricKind kind,
                                std::vector<std::string_view>& captures) const {
  auto found = globs_.find(name, mappings_.mostSpecificGlob, [&](std::size_t glob) {
    return mappings_.all[glob].kind.value_or(kind) == kind;
  });
  if (!found) return nullptr;
  captures = std::move(found.captures);
  return &mappings_.all[found.glob];
}

const Mapping* Mapper::findPattern(std::string_view name, MetricKind kind,
                                   std::vector<std::string_view>& captures) const {
  for (const Mapping& mapping : mappings_.all) {
    if (mapping.pattern == nullptr || mapping.kind.value_or(kind) != kind) continue;
    const int groups = mapping.pattern->NumberOfCapturingGroups();
    std::vector<re2::StringPiece> found(static_cast<std::size_t>(groups) + 1);
    if (!mapping.pattern->Match(name, 0, name.size(), re2::RE2::UNANCHORED, found.data(),
                                groups + 1)) {
      continue;
    }
    for (std::size_t i = 1; i < found.size(); ++i) {
      captures.emplace_back(found[i].data(), found[i].size());
    }
    return &mapping;
  }
  return nullptr;
}

}  // namespace orchestrator_exporter::http::statsd
