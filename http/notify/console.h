#pragma once

#include <cstdio>
#include <string>

#include "http/notify/channel.h"

namespace orchestrator_exporter::http::notify {

// Prints a line for each alert: 12:00:01 firing critical CPUBottleneck instance="h:1": summary
class Console final : public Channel {
 public:
  explicit Console(std::FILE* out) : out_(out) {}

  Outcome send(const notifications::Notification& notification) override;

 private:
  std::FILE* const out_;
};

// The lines, each with its end; times are those of UTC.
std::string consoleLines(const notifications::Notification& notification);

}  // namespace orchestrator_exporter::http::notify
