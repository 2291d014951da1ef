#pragma once

#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "exporter/host/flags.h"
#include "exporter/kernel/kernel.h"
#include "metrics/sink.h"

namespace orchestrator_exporter {

// Thrown by a collector that finds nothing to report: the hardware or the module is not there. Its
// success is 0, which is no error and is logged at debug level only.
class NoData : public std::exception {
 public:
  const char* what() const noexcept override { return "no data"; }
};

// Reads one part of the kernel and gives its samples. Throws NoData where there is nothing to read
// and any other exception where what is there makes no sense; samples given before stay. Its object
// lives as long as the program; collect() is called by one thread at a time.
class Collector {
 public:
  virtual ~Collector() = default;
  virtual void collect(Kernel& kernel, Sink& out) = 0;

  // True where collect() may wait for something that may never answer (a dead server, a bus, a slow
  // device): it then runs on a thread of its own with a deadline, at some cost. Asked after each
  // run that was not on such a thread, so that a collector can find out in the course of time.
  virtual bool mayBlock() const { return false; }

  // What was wrong in the last run and did not make it fail, such as one unreadable file among
  // several; empty where all was well. Asked after a run, and logged when it changes.
  virtual std::string complaint() const { return {}; }
};

inline constexpr bool kOnByDefault = true;
inline constexpr bool kOffByDefault = false;

// What a collector tells of itself when it registers.
struct CollectorDefinition {
  std::string name;
  bool onByDefault = true;
  std::vector<FlagDefinition> flags = {};
  std::string reads = {};  // its sources, for the documentation
  std::string needs = {};  // privileges that it needs to give all of its samples
  // Asks a sink, for the documentation, for the families whose names the code makes up; no samples.
  std::function<void(Sink&)> generates = {};
  bool deprecated = false;  // kept for those who have it; said in the log at the start
  std::function<std::unique_ptr<Collector>(const Flags&, Kernel&)> make = {};
};

// All registered collectors, by name.
const std::vector<CollectorDefinition>& collectorDefinitions();

// Registers the collector type T under a name, at namespace scope of its own file:
//   const RegisterCollector<Loadavg> loadavg{{.name = "loadavg", .reads = "proc/loadavg"}};
// T is constructed before the first scrape from (const Flags&, Kernel&), from (const Flags&) or
// from nothing, whichever it offers; a constructor throws StartError for flags that cannot be
// right.
void registerCollector(CollectorDefinition definition);

template <std::derived_from<Collector> T>
class RegisterCollector {
 public:
  explicit RegisterCollector(CollectorDefinition definition) {
    definition.make = [](const Flags& flags, Kernel& kernel) -> std::unique_ptr<Collector> {
      if constexpr (std::constructible_from<T, const Flags&, Kernel&>) {
        return std::make_unique<T>(flags, kernel);
      } else if constexpr (std::constructible_from<T, const Flags&>) {
        return std::make_unique<T>(flags);
      } else {
        return std::make_unique<T>();
      }
    };
    registerCollector(std::move(definition));
  }
};

}  // namespace orchestrator_exporter
