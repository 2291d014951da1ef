#include "http/security/web_config_file.h"

#include <stdexcept>
#include <utility>

namespace orchestrator_exporter::http {

WebConfigFile::WebConfigFile(std::string path, Log log)
    : path_(std::move(path)), log_(std::move(log)), stamp_(stampOf(path_)) {
  read();
}

std::shared_ptr<const WebConfig> WebConfigFile::current() {
  const auto stamp = stampOf(path_);
  if (stamp == stamp_) return config_;
  // Taken before the file is read: what is written meanwhile is seen the next time.
  stamp_ = stamp;
  const bool wasFaulty = config_ == nullptr;
  try {
    read();
    if (wasFaulty && log_) log_(path_ + ": can be used again");
  } catch (const std::runtime_error& error) {
    config_ = nullptr;
    if (log_) log_(error.what());
  }
  return config_;
}

void WebConfigFile::read() { config_ = std::make_shared<const WebConfig>(readWebConfig(path_)); }

}  // namespace orchestrator_exporter::http
