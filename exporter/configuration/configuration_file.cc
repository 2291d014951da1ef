#include "exporter/configuration/configuration_file.h"

#include <utility>

namespace orchestrator_exporter::configuration {

namespace {

const bool declared = [] {
  declareFlags({textFlag("config.file", "",
                         "YAML file with what the program does beyond serving metrics, as "
                         "docs/configuration.md tells; read again on SIGHUP.")});
  return true;
}();

Configuration read(const std::string& path) {
  const std::vector<Key> blocks = declaredBlocks();
  return path.empty() ? Configuration(blocks) : Configuration::ofFile(path, blocks);
}

}  // namespace

ConfigurationFile::ConfigurationFile(std::string path, Log log)
    : path_(std::move(path)),
      log_(std::move(log)),
      current_(std::make_shared<const Configuration>(read(path_))) {}

std::shared_ptr<const Configuration> ConfigurationFile::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void ConfigurationFile::follow(Follower follower) {
  const std::lock_guard lock(mutex_);
  followers_.push_back(std::move(follower));
}

std::function<void()> ConfigurationFile::prepare() {
  if (path_.empty()) return [] {};
  const auto next = std::make_shared<const Configuration>(read(path_));
  std::vector<Follower> followers;
  {
    const std::lock_guard lock(mutex_);
    followers = followers_;
  }
  std::vector<std::function<void()>> swaps;
  for (const Follower& follower : followers) swaps.push_back(follower(*next));
  return [this, next, swaps = std::move(swaps)] {
    for (const auto& swap : swaps) swap();
    const std::lock_guard lock(mutex_);
    for (const std::string& key : changedFixedKeys(declaredBlocks(), *current_, *next)) {
      log_(LogLevel::kWarn, path_ + ": " + key + ": the new value takes effect at the next start");
    }
    current_ = next;
  };
}

std::string configurationPath(const Flags& flags) { return flags.text("config.file"); }

}  // namespace orchestrator_exporter::configuration
