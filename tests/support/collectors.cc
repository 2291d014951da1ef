#include "tests/support/collectors.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "exporter/host/collector.h"
#include "tests/support/expositions.h"
#include "tests/support/paths.h"

namespace orchestrator_exporter {

namespace {

std::unique_ptr<Collector> make(std::string_view name, const Flags& flags, Kernel& kernel) {
  for (const CollectorDefinition& definition : collectorDefinitions()) {
    if (definition.name == name) return definition.make(flags, kernel);
  }
  throw std::logic_error("no such collector: " + std::string(name));
}

Roots rootsAt(const std::filesystem::path& root) {
  return {(root / "proc").string(), (root / "sys").string(), root.string(),
          (root / "run/udev/data").string()};
}

std::string withoutComments(const std::string& text) {
  std::istringstream lines(text);
  std::string samples;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('#')) samples += line + "\n";
  }
  return samples;
}

}  // namespace

Roots fixture(std::string_view name) { return rootsAt(test::fixturesFolder() / name); }

TempSystem::TempSystem(const std::filesystem::path& parent) {
  std::string pattern = (parent / "system.XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  root_ = pattern;
  for (const char* tree : {"proc", "sys", "run/udev/data"}) directory(tree);
}

TempSystem::~TempSystem() { std::filesystem::remove_all(root_); }

Roots TempSystem::roots() const { return rootsAt(root_); }

std::string TempSystem::path(std::string_view path) const { return (root_ / path).string(); }

TempSystem& TempSystem::file(std::string_view path, std::string_view content) {
  std::filesystem::create_directories((root_ / path).parent_path());
  std::ofstream(root_ / path, std::ios::binary) << content;
  return *this;
}

TempSystem& TempSystem::directory(std::string_view path) {
  std::filesystem::create_directories(root_ / path);
  return *this;
}

TempSystem& TempSystem::link(std::string_view path, std::string_view target) {
  std::filesystem::create_directories((root_ / path).parent_path());
  std::filesystem::create_symlink(target, root_ / path);
  return *this;
}

TempSystem& TempSystem::remove(std::string_view path) {
  std::filesystem::remove_all(root_ / path);
  return *this;
}

std::string collectText(std::string_view collector, const Roots& roots, const Flags& flags) {
  Kernel kernel(roots);
  return exposeText([&](Sink& out) { make(collector, flags, kernel)->collect(kernel, out); });
}

std::string collectSamples(std::string_view collector, const Roots& roots, const Flags& flags) {
  return withoutComments(collectText(collector, roots, flags));
}

std::string collectSamplesUntilFailure(std::string_view collector, const Roots& roots,
                                       const Flags& flags) {
  Kernel kernel(roots);
  return withoutComments(exposeText([&](Sink& out) {
    try {
      make(collector, flags, kernel)->collect(kernel, out);
    } catch (const std::exception&) {
      // collectError() tells of it
    }
  }));
}

std::string collectError(std::string_view collector, const Roots& roots, const Flags& flags) {
  try {
    collectText(collector, roots, flags);
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

std::string collectComplaint(std::string_view collector, const Roots& roots, const Flags& flags) {
  Kernel kernel(roots);
  const auto made = make(collector, flags, kernel);
  exposeText([&](Sink& out) { made->collect(kernel, out); });
  return made->complaint();
}

}  // namespace orchestrator_exporter
