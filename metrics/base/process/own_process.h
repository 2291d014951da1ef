#pragma once

#include <optional>
#include <string_view>

namespace orchestrator_exporter {

// What the kernel tells of this process in /proc/self/stat (proc_pid_stat(5)).
struct OwnProcess {
  double userSeconds = 0;  // CPU time since the process began, in hundredths
  double systemSeconds = 0;
  double startSeconds = 0;  // after the boot
  double threads = 0;
  double virtualBytes = 0;
  double residentBytes = 0;
};

// Reads it in a few microseconds; nullopt if there is no procfs. Thread-safe, and right after a
// fork too.
std::optional<OwnProcess> readOwnProcess();
// The same from the file's text, for who keeps the file open; nullopt if it makes no sense.
std::optional<OwnProcess> ownProcessIn(std::string_view text);

}  // namespace orchestrator_exporter
