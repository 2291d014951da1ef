#include "tests/support/test_process.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace orchestrator_exporter::test {

namespace {

// As fork(), with a wanted process number.
pid_t forkAs(pid_t number) {
  if (number == 0) return fork();
  clone_args arguments{};
  arguments.exit_signal = SIGCHLD;
  arguments.set_tid = reinterpret_cast<std::uint64_t>(&number);
  arguments.set_tid_size = 1;
  return static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof arguments));
}

// Becomes user 65534, without capabilities. noexcept, so that a fork of the test ends here.
std::string becomeNobody(const std::function<std::string()>& act) noexcept {
  if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0) {
    return "cannot become nobody";
  }
  return act();
}

}  // namespace

TestProcess::TestProcess(const std::string& name, std::function<void()> step, pid_t number)
    : step_(std::move(step)) {
  std::array<int, 2> orders{};
  std::array<int, 2> answers{};
  if (pipe2(orders.data(), O_CLOEXEC) != 0 || pipe2(answers.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  pid_ = forkAs(number);
  const int error = errno;
  if (pid_ == 0) {
    close(orders[1]);
    close(answers[0]);
    serve(orders[0], answers[1], name);
  }
  close(orders[0]);
  close(answers[1]);
  orders_ = orders[1];
  answers_ = answers[0];
  if (pid_ < 0) {
    close(orders_);
    close(answers_);
    throw std::system_error(error, std::generic_category(), "fork");
  }
  awaitAnswer();
}

TestProcess::~TestProcess() {
  end();
  close(orders_);
  close(answers_);
}

void TestProcess::serve(int orders, int answers, const std::string& name) const noexcept {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, name.c_str());
  char order = 0;
  do {
    if (order != 0 && step_) step_();
    if (write(answers, ".", 1) != 1) _exit(1);
  } while (read(orders, &order, 1) == 1);
  _exit(0);
}

void TestProcess::awaitAnswer() const {
  char answer = 0;
  if (read(answers_, &answer, 1) != 1) throw std::runtime_error("the process has ended");
}

void TestProcess::perform() {
  begin();
  awaitAnswer();
}

void TestProcess::begin() {
  if (write(orders_, ".", 1) != 1) throw std::runtime_error("the process takes no orders");
}

void TestProcess::awaitState(char state) const {
  await([&] {
    const std::string stat = processFile(pid_, "stat");
    const std::size_t at = stat.rfind(") ");
    return at != std::string::npos && stat[at + 2] == state;
  });
}

void TestProcess::die() const {
  kill(pid_, SIGKILL);
  siginfo_t status{};
  waitid(P_PID, static_cast<id_t>(pid_), &status, WEXITED | WNOWAIT);
}

void TestProcess::end() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

std::string uniqueName(const std::string& prefix) { return prefix + std::to_string(getpid()); }

void burnCpu(double seconds) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  };
  const double until = now() + seconds;
  while (now() < until) {
  }
}

std::string processFile(pid_t pid, const std::string& name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

double statField(pid_t pid, int number) {
  const std::string stat = processFile(pid, "stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string field;
  for (int i = 3; i <= number; ++i) fields >> field;
  return std::stod(field);
}

double numberBehind(pid_t pid, const std::string& file, const std::string& key) {
  const std::string text = "\n" + processFile(pid, file);
  const std::size_t at = text.find("\n" + key + ":");
  if (at == std::string::npos) throw std::runtime_error(file + " has no " + key);
  return std::stod(text.substr(at + key.size() + 2));
}

std::string asNobody(const std::function<std::string()>& act) {
  int pipe[2];
  if (pipe2(pipe, O_CLOEXEC) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    const std::string told = becomeNobody(act);
    _exit(write(pipe[1], told.data(), told.size()) < 0 ? 1 : 0);
  }
  close(pipe[1]);
  std::string told(4096, '\0');
  const ssize_t size = read(pipe[0], told.data(), told.size());
  close(pipe[0]);
  waitpid(child, nullptr, 0);
  told.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return told;
}

void await(const std::function<bool()>& condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("waited in vain");
    sched_yield();
  }
}

}  // namespace orchestrator_exporter::test
