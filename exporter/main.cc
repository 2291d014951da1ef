#include <malloc.h>
#include <pthread.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "exporter/commands/check_url.h"
#include "exporter/commands/command.h"
#include "exporter/configuration/faults.h"
#include "exporter/daemons/service_manager.h"
#include "exporter/footprint.h"
#include "exporter/logging.h"
#include "exporter/options.h"
#include "exporter/program.h"
#include "metrics/exposition/exposition.h"

namespace {

using orchestrator_exporter::LogLevel;

constexpr int kFailure = 1;
// As node_exporter: collectors that cannot be constructed.
constexpr int kBadCollector = 2;

// Whether who started the program wants it to live on after the signal: nohup says so of SIGHUP,
// and a shell without job control of SIGINT when it starts a program in the background.
bool isToBeIgnored(int signal) {
  struct sigaction inherited {};
  sigaction(signal, nullptr, &inherited);
  return signal != SIGTERM && inherited.sa_handler == SIG_IGN;
}

// SIGTERM, SIGINT and SIGHUP (which reloads) are waited for by the main thread alone, so they are
// blocked before any other thread starts. A blocked signal would be waited for even if it is
// ignored, so those that are to be ignored are left as they are.
sigset_t blockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    if (!isToBeIgnored(signal)) sigaddset(&signals, signal);
  }
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

int printOnce(orchestrator_exporter::Program& program) {
  const auto writer = orchestrator_exporter::ExpositionWriter::make({});
  program.scrape({}, *writer);
  for (const std::string_view part : writer->finish()) {
    if (std::fwrite(part.data(), 1, part.size(), stdout) != part.size()) return kFailure;
  }
  return std::fflush(stdout) == 0 ? EXIT_SUCCESS : kFailure;
}

// The next signal; until it comes the watchdog hears of the program as often as it wants to.
int awaitSignal(const sigset_t& signals, const orchestrator_exporter::ServiceManager& manager,
                const orchestrator_exporter::Program& program) {
  const auto interval = manager.watchdogInterval();
  if (!interval) {
    int signal = 0;
    sigwait(&signals, &signal);
    return signal;
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*interval);
  const timespec pause{seconds.count(), std::chrono::nanoseconds(*interval - seconds).count()};
  for (;;) {
    if (program.isAlive()) manager.alive();
    const int signal = sigtimedwait(&signals, nullptr, &pause);
    if (signal > 0) return signal;
  }
}

int serve(orchestrator_exporter::Program& program, const orchestrator_exporter::Options& options,
          const sigset_t& signals) {
  program.serve();
  orchestrator_exporter::openLog();
  for (const std::string& address : program.addresses()) {
    orchestrator_exporter::log(LogLevel::kInfo, "listening on " + address + options.telemetryPath);
  }
  const orchestrator_exporter::ServiceManager manager(
      [](std::string_view message) { orchestrator_exporter::log(LogLevel::kWarn, message); });
  orchestrator_exporter::releaseStartMemory();
  manager.ready();
  int signal = 0;
  while ((signal = awaitSignal(signals, manager, program)) == SIGHUP) {
    manager.reloading();
    program.reload();
    manager.ready();
  }
  manager.stopping();
  orchestrator_exporter::log(LogLevel::kInfo, std::string("ending on ") + strsignal(signal));
  // An endpoint that still runs holds threads that cannot be joined in time.
  if (!program.stop()) _exit(EXIT_SUCCESS);
  return EXIT_SUCCESS;
}

int run(const orchestrator_exporter::Options& options) {
  orchestrator_exporter::setUpLogging(options.logLevel, options.logFormat);
  const sigset_t signals = blockSignals();
  if (!options.once) orchestrator_exporter::logStart(options);
  orchestrator_exporter::Program program(options);
  if (!options.once) return serve(program, options, signals);
  orchestrator_exporter::openLog();
  return printOnce(program);
}

int fail(const std::vector<std::string>& reasons, int status) {
  orchestrator_exporter::dropWaitingLog();
  for (const std::string& reason : reasons) {
    orchestrator_exporter::log(LogLevel::kError, reason);
  }
  orchestrator_exporter::openLog();
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  // One arena for all threads: each further one keeps memory of its own.
  mallopt(M_ARENA_MAX, 1);
  const std::span<const char* const> arguments(const_cast<const char**>(argv) + 1,
                                               static_cast<std::size_t>(argc - 1));
  if (const auto status = orchestrator_exporter::commands::runCommand(arguments)) return *status;
  try {
    std::string output;
    const auto options = orchestrator_exporter::parseOptions(arguments, output);
    if (options && !options->checkedUrl.empty()) {
      return orchestrator_exporter::commands::checkUrl(options->checkedUrl);
    }
    if (options) return run(*options);
    std::fputs(output.c_str(), stdout);
    return EXIT_SUCCESS;
  } catch (const orchestrator_exporter::UsageError& error) {
    std::fprintf(stderr, "orchestrator_exporter: error: %s, try --help\n", error.what());
    return kFailure;
  } catch (const orchestrator_exporter::StartError& error) {
    return fail({error.what()}, kBadCollector);
  } catch (const orchestrator_exporter::configuration::ConfigurationError& error) {
    return fail(error.lines(), kFailure);
  } catch (const std::exception& error) {
    return fail({error.what()}, kFailure);
  }
}
