#include "tests/support/spoilt_system.h"

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "tests/support/expositions.h"
#include "tests/support/opened_files.h"
#include "tests/support/paths.h"

namespace orchestrator_exporter {

namespace {

namespace fs = std::filesystem;

// Where thousands of small changes cost least.
fs::path quickFolder() {
  const char* const memory = "/dev/shm";
  return access(memory, W_OK) == 0 ? fs::path(memory) : fs::temp_directory_path();
}

}  // namespace

SpoiltSystem::SpoiltSystem() : system_(quickFolder()) {
  for (const char* const tree : {"typical", "rare"}) {
    fs::copy(test::fixturesFolder() / tree, root(),
             fs::copy_options::recursive | fs::copy_options::copy_symlinks |
                 fs::copy_options::overwrite_existing);
  }
}

std::set<std::string> SpoiltSystem::filesOf(const CollectorDefinition& collector,
                                            const Flags& flags) const {
  OpenedFiles opened(root());
  exposeText([&](Sink& out) { collectInto(out, collector, roots(), flags); });
  std::set<std::string> files;
  for (const fs::path& path : opened.take()) files.insert(path.lexically_relative(root()));
  return files;
}

std::string contentOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Spoilt::Spoilt(const fs::path& path) : path_(path), original_(contentOf(path)) {}

Spoilt::Spoilt(const fs::path& path, const std::string& content) : Spoilt(path) {
  std::ofstream(path_, std::ios::binary) << content;
}

Spoilt Spoilt::asDirectory(const fs::path& path) {
  Spoilt spoilt = asMissing(path);
  fs::create_directory(path);
  return spoilt;
}

Spoilt Spoilt::asMissing(const fs::path& path) {
  Spoilt spoilt(path);
  fs::remove(path);
  return spoilt;
}

Spoilt Spoilt::asUnreadable(const fs::path& path) {
  Spoilt spoilt = asMissing(path);
  // proc_pid_mem(5): address 0 is never mapped, and reading there fails with EIO.
  fs::create_symlink("/proc/self/mem", path);
  return spoilt;
}

Spoilt::~Spoilt() {
  if (path_.empty()) return;
  fs::remove_all(path_);
  std::ofstream(path_, std::ios::binary) << original_;
}

Spoilt::Spoilt(Spoilt&& other) noexcept
    : path_(std::exchange(other.path_, {})), original_(std::move(other.original_)) {}

std::vector<std::string> collectorNames() {
  std::vector<std::string> names;
  for (const CollectorDefinition& definition : collectorDefinitions()) {
    names.push_back(definition.name);
  }
  return names;
}

const CollectorDefinition& definitionOf(const std::string& name) {
  for (const CollectorDefinition& definition : collectorDefinitions()) {
    if (definition.name == name) return definition;
  }
  throw std::logic_error("no such collector: " + name);
}

Flags flagsFor(const CollectorDefinition& collector, const fs::path& root) {
  Flags flags;
  for (const FlagDefinition& flag : collector.flags) {
    const fs::path value = root / "flags" / flag.name;
    if (fs::exists(value)) flags.give(flag.name, value.string());
    const std::string text = contentOf(value.string() + ".value");
    if (!text.empty()) flags.give(flag.name, std::string(trim(text)));
  }
  return flags;
}

std::optional<Flags> switchedFlagsFor(const CollectorDefinition& collector, const fs::path& root) {
  Flags flags = flagsFor(collector, root);
  bool any = false;
  for (const FlagDefinition& flag : collector.flags) {
    if (flag.kind != FlagKind::kSwitch) continue;
    flags.give(flag.name, flag.defaultValue == "true" ? "false" : "true");
    any = true;
  }
  if (!any) return std::nullopt;
  return flags;
}

std::string startFailure(const CollectorDefinition& collector, const Roots& roots,
                         const Flags& flags) {
  Kernel kernel(roots);
  try {
    collector.make(flags, kernel);
  } catch (const StartError& error) {
    return error.what();
  }
  return {};
}

RunWords collectInto(Sink& out, const CollectorDefinition& definition, const Roots& roots,
                     const Flags& flags) {
  Kernel kernel(roots);
  const auto collector = definition.make(flags, kernel);
  kernel.reset();
  try {
    collector->collect(kernel, out);
  } catch (const std::exception& error) {
    return {.failure = error.what()};
  }
  return {.complaint = collector->complaint()};
}

}  // namespace orchestrator_exporter
