#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "exporter/host/collector.h"
#include "tests/support/collectors.h"

namespace orchestrator_exporter {

// A copy of fixtures/typical that may be spoilt, with what few hosts have, fixtures/rare, laid over
// it: hardware and file systems of all kinds, and a second device of most.
class SpoiltSystem {
 public:
  SpoiltSystem();

  Roots roots() const { return system_.roots(); }
  std::filesystem::path root() const { return system_.path(""); }

  // The paths below root() of the files that the collector opens.
  std::set<std::string> filesOf(const CollectorDefinition& collector, const Flags& flags) const;

 private:
  TempSystem system_;
};

std::string contentOf(const std::filesystem::path& path);

// A file that is not what it was, until the object goes.
class Spoilt {
 public:
  // With other content.
  Spoilt(const std::filesystem::path& path, const std::string& content);
  static Spoilt asDirectory(const std::filesystem::path& path);
  static Spoilt asMissing(const std::filesystem::path& path);
  // Opens, and answers EIO when it is read.
  static Spoilt asUnreadable(const std::filesystem::path& path);
  ~Spoilt();
  Spoilt(Spoilt&& other) noexcept;
  Spoilt& operator=(Spoilt&&) = delete;

 private:
  explicit Spoilt(const std::filesystem::path& path);

  std::filesystem::path path_;
  std::string original_;
};

// The names of all registered collectors, and what one of them tells of itself.
std::vector<std::string> collectorNames();
const CollectorDefinition& definitionOf(const std::string& name);

// The collector's flags at their defaults, but those for which a fixture has something to read, in
// flags/<name of the flag>, or a value, in flags/<name of the flag>.value.
Flags flagsFor(const CollectorDefinition& collector, const std::filesystem::path& root);
// The same with every switch the other way; nullopt if there is none.
std::optional<Flags> switchedFlagsFor(const CollectorDefinition& collector,
                                      const std::filesystem::path& root);

// Why the collector cannot start while nothing is spoilt, as for want of privileges or with flags
// that exclude each other; empty if it can.
std::string startFailure(const CollectorDefinition& collector, const Roots& roots,
                         const Flags& flags);

// What a run of a collector said beside its samples.
struct RunWords {
  std::string failure = {};    // what it threw; empty if nothing
  std::string complaint = {};  // of a run that threw nothing
};

// Makes the collector and runs it once. Throws what its constructor throws.
RunWords collectInto(Sink& out, const CollectorDefinition& definition, const Roots& roots,
                     const Flags& flags);

}  // namespace orchestrator_exporter
