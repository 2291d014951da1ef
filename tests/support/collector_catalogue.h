#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace orchestrator_exporter {

// What is known of a family without its samples.
struct FamilyNotes {
  std::string type = {};  // empty where nothing tells
  std::string help = {};
};

// Families by name; a name with * stands for those that are named after what the kernel tells.
using FamilyList = std::map<std::string, FamilyNotes>;

// The families that the source of a collector names. They stand there as
// `out.gauge("node_x", "Help.")`, or as rows of a table that holds a MetricType, or that is handed
// to one kind of call only; a name that ends in _ is the beginning of generated ones.
FamilyList familiesInSource(std::string_view source);

// docs/collectors.md: all registered collectors with their families, flags, sources and privileges.
// Families come from the sources under `sourceRoot` and, of collectors that read nothing but files,
// from runs over the fixture with their switches turned.
std::string collectorCatalogue(const std::filesystem::path& sourceRoot);

}  // namespace orchestrator_exporter
