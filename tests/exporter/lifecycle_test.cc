#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include "tests/support/http_client.h"
#include "tests/support/paths.h"
#include "tests/support/running_exporter.h"
#include "tests/support/temporary_directory.h"

// How the program is told to reload and to end, and what it tells the service manager meanwhile.
namespace orchestrator_exporter::test {

namespace {

using testing::HasSubstr;

std::optional<HttpAnswer> ask(const RunningExporter& program, const std::string& method,
                              const std::string& path) {
  HttpClient client(program.port());
  client.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
  return client.receive();
}

// Stands in for the service manager: takes what is sent to NOTIFY_SOCKET.
class NotifySocket {
 public:
  NotifySocket() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot bind " + path());
    }
    const timeval patience{20, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~NotifySocket() { close(socket_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  std::string path() const { return folder_.path() / "socket"; }
  // The next message; empty if none comes.
  std::string next() const {
    std::string text(512, '\0');
    const ssize_t size = recv(socket_, text.data(), text.size(), 0);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return text;
  }

 private:
  const TemporaryDirectory folder_;
  int socket_ = -1;
};

}  // namespace

TEST(Lifecycle, SighupReloadsAndTheProgramLivesOn) {
  RunningExporter program;
  program.process().signal(SIGHUP);
  EXPECT_TRUE(program.process().readLineWith("reloaded"));
  HttpClient client(program.port());
  EXPECT_THAT(client.get("/metrics")->body,
              HasSubstr("\norchestrator_exporter_config_last_reload_successful 1\n"));
}

TEST(Lifecycle, OneExpositionDisturbsNoProgramThatRunsBesideIt) {
  const TemporaryDirectory directory;
  directory.replace("exporter.yml", "remote_write: [{url: 'http://127.0.0.1:1/api/v1/write'}]\n");
  const std::vector<std::string> flags = {
      "--storage.path=" + (directory.path() / "state").string(),
      "--config.file=" + (directory.path() / "exporter.yml").string(),
      "--statsd.listen-udp=127.0.0.1:" + std::to_string(freePort())};
  const RunningExporter program(flags);
  std::vector<std::string> command = {exporterProgram(), "--once"};
  command.insert(command.end(), flags.begin(), flags.end());
  ChildProcess once(command, ChildProcess::Stream::kOutput);
  EXPECT_THAT(once.readAll(), HasSubstr("\norchestrator_exporter_build_info{"));
  EXPECT_EQ(once.wait(), 0);
}

TEST(Lifecycle, ReloadAndQuitAreRefusedUnlessTheyAreEnabled) {
  const RunningExporter program;
  for (const char* path : {"/-/reload", "/-/quit"}) {
    const auto answer = ask(program, "POST", path);
    EXPECT_EQ(answer->status, 403) << path;
    EXPECT_EQ(answer->body, "needs --web.enable-lifecycle\n");
  }
  EXPECT_EQ(ask(program, "GET", "/-/reload")->status, 405);
}

TEST(Lifecycle, ReloadsByPostAndPutIfEnabled) {
  const RunningExporter program({"--web.enable-lifecycle"});
  for (const char* method : {"POST", "PUT"}) {
    EXPECT_EQ(ask(program, method, "/-/reload")->body, "reloaded\n") << method;
  }
}

TEST(Lifecycle, QuitEndsAsSigtermDoes) {
  RunningExporter program({"--web.enable-lifecycle"});
  EXPECT_EQ(ask(program, "POST", "/-/quit")->status, 200);
  EXPECT_TRUE(program.process().readLineWith("ending on Terminated"));
  EXPECT_EQ(program.process().wait(), 0);
}

TEST(Lifecycle, TheServiceManagerHearsOfEachStep) {
  const NotifySocket manager;
  RunningExporter program({}, {"env", "NOTIFY_SOCKET=" + manager.path()});
  EXPECT_EQ(manager.next(), "READY=1");
  program.process().signal(SIGHUP);
  EXPECT_THAT(manager.next(), testing::StartsWith("RELOADING=1\nMONOTONIC_USEC="));
  EXPECT_EQ(manager.next(), "READY=1");
  program.process().signal(SIGTERM);
  EXPECT_EQ(manager.next(), "STOPPING=1");
  EXPECT_EQ(program.process().wait(), 0);
}

TEST(Lifecycle, TheWatchdogHearsOfTheProgramAgainAndAgain) {
  const NotifySocket manager;
  const RunningExporter program({},
                                {"env", "NOTIFY_SOCKET=" + manager.path(), "WATCHDOG_USEC=100000"});
  EXPECT_EQ(manager.next(), "READY=1");
  EXPECT_EQ(manager.next(), "WATCHDOG=1");
  EXPECT_EQ(manager.next(), "WATCHDOG=1");
}

TEST(Lifecycle, DebugLogHasALineForEachRequest) {
  RunningExporter program({"--log.level=debug"});
  ask(program, "GET", "/nowhere?a=b");
  const auto line = program.process().readLineWith("/nowhere");
  ASSERT_TRUE(line);
  EXPECT_THAT(*line, testing::ContainsRegex("127\\.0\\.0\\.1 GET /nowhere\\?a=b 404 in [0-9]+ us"));
}

}  // namespace orchestrator_exporter::test
