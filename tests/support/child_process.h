#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace orchestrator_exporter::test {

// A program that a test starts and ends; what it writes to standard error (or, with `output`, to
// standard output) can be read line by line. Killed when the object goes.
class ChildProcess {
 public:
  enum class Stream { kOutput, kError };

  // Throws std::runtime_error where the program cannot be started.
  ChildProcess(const std::vector<std::string>& command, Stream read, const std::string& input = {});
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  // The next line without its end; nullopt at the end of the stream or after the time.
  std::optional<std::string> readLine(std::chrono::milliseconds time = std::chrono::seconds(20));
  // The next line that contains `text`; nullopt if none comes.
  std::optional<std::string> readLineWith(const std::string& text);
  std::string readAll();

  void signal(int signal) const;
  // Waits for the end: the exit status, or minus the signal's number that ended it.
  int wait();

 private:
  pid_t pid_ = -1;
  int stream_ = -1;
  std::string received_;
  std::optional<int> status_;
};

// A TCP port on loopback that was free a moment ago.
int freePort();

}  // namespace orchestrator_exporter::test
