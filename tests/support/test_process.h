#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

namespace orchestrator_exporter::test {

// A real process, a fork of the test with a name of its own, that waits and does one step whenever
// it is told to. It has only the descriptors that the test itself has, and two pipes. Killed when
// the object goes.
class TestProcess {
 public:
  // Comes back when the process has its name and waits. A number that is not 0 is the one that the
  // process gets. Throws std::system_error where the kernel refuses that.
  explicit TestProcess(const std::string& name, std::function<void()> step = {}, pid_t number = 0);
  ~TestProcess();
  TestProcess(const TestProcess&) = delete;
  TestProcess& operator=(const TestProcess&) = delete;

  pid_t pid() const { return pid_; }
  // Has the process do its step, and waits for its end.
  void perform();
  // The same for a step that never comes back, such as an exec.
  void begin();
  // Waits until the process has entered the state of proc/<pid>/stat.
  void awaitState(char state) const;
  // Kills it and leaves it a zombie.
  void die() const;
  // Kills it and takes its status, so that it is gone.
  void end();

 private:
  // noexcept, so that a step that throws ends the process and not the test's copy of itself.
  [[noreturn]] void serve(int orders, int answers, const std::string& name) const noexcept;
  void awaitAnswer() const;

  std::function<void()> step_;
  pid_t pid_ = 0;
  int orders_ = -1;
  int answers_ = -1;
};

// A name for a command that no other process has: the prefix and the number of this process.
std::string uniqueName(const std::string& prefix);

// Keeps the processor busy for this long, of the thread's own time.
void burnCpu(double seconds);

// The text of a file of the process, and one field of proc/<pid>/stat by its number in the manual.
std::string processFile(pid_t pid, const std::string& name);
double statField(pid_t pid, int number);
// The number behind `key:` in a file of the process.
double numberBehind(pid_t pid, const std::string& file, const std::string& key);

// What `act` tells in a fork of the test that is user 65534 without capabilities. Only for root.
std::string asNobody(const std::function<std::string()>& act);

// Comes back once the condition holds; throws std::runtime_error when it does not come to hold.
void await(const std::function<bool()>& condition);

}  // namespace orchestrator_exporter::test
