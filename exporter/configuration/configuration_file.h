#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "exporter/configuration/configuration.h"
#include "exporter/host/flags.h"
#include "exporter/log.h"

namespace orchestrator_exporter::configuration {

// The file of --config.file while the program runs. Any thread may call anything.
class ConfigurationFile {
 public:
  // Checks what a follower needs beyond the tables without any effect; throws std::runtime_error
  // for a fault. What it returns puts the new state in the place of the old one and does not fail.
  using Follower = std::function<std::function<void()>(const Configuration& next)>;

  // Without a path everything has its default. Throws ConfigurationError.
  ConfigurationFile(std::string path, Log log);

  const std::string& path() const { return path_; }
  // What holds now; it does not change under its holder.
  std::shared_ptr<const Configuration> current() const;

  // Who is to hear of each new state of the file; those who read keys that are not fixed must.
  void follow(Follower follower);

  // As Reloads asks for it: reads the file again and asks all followers. Throws std::runtime_error
  // if the file or a follower finds a fault.
  std::function<void()> prepare();

 private:
  const std::string path_;
  const Log log_;
  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const Configuration> current_;
  std::vector<Follower> followers_;
};

// What --config.file says; empty if there is none.
std::string configurationPath(const Flags& flags);

}  // namespace orchestrator_exporter::configuration
