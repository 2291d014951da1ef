#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/child_process.h"
#include "tests/support/http_client.h"
#include "tests/support/paths.h"

// The real program on the real host, seen by the real Prometheus.
namespace orchestrator_exporter::test {

namespace {

using testing::HasSubstr;

std::string tool(const std::string& name) {
  const std::string fetched = toolsFolder() / name;
  return std::filesystem::exists(fetched) ? fetched : name;
}

int portIn(const std::string& line) {
  const std::size_t digits = line.find(':', line.find("listening on")) + 1;
  int port = 0;
  std::from_chars(line.data() + digits, line.data() + line.size(), port);
  return port;
}

// The program, listening on a free port of loopback.
class Running {
 public:
  explicit Running(const std::vector<std::string>& flags = {})
      : process_(command(flags), ChildProcess::Stream::kError) {
    const auto line = process_.readLineWith("listening on");
    if (line) port_ = portIn(*line);
  }
  int port() const { return port_; }
  ChildProcess& process() { return process_; }

 private:
  static std::vector<std::string> command(const std::vector<std::string>& flags) {
    std::vector<std::string> all{exporterProgram(), "--web.listen-address=127.0.0.1:0"};
    all.insert(all.end(), flags.begin(), flags.end());
    return all;
  }
  ChildProcess process_;
  int port_ = 0;
};

std::size_t countSamples(const std::string& text) {
  std::istringstream lines(text);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) count += !line.empty() && line[0] != '#';
  return count;
}

// What the program prints on standard error when it cannot start, and its status.
std::pair<std::string, int> failureOf(const std::vector<std::string>& flags) {
  std::vector<std::string> command{exporterProgram()};
  command.insert(command.end(), flags.begin(), flags.end());
  ChildProcess process(command, ChildProcess::Stream::kError);
  const std::string text = process.readAll();
  return {text, process.wait()};
}

// What the program, run by another, says of its end if it is sent this signal and then SIGTERM.
std::string endAfter(int signal, std::vector<std::string> command) {
  command.push_back(exporterProgram());
  command.emplace_back("--web.listen-address=127.0.0.1:0");
  ChildProcess program(command, ChildProcess::Stream::kError);
  program.readLineWith("listening on");
  program.signal(signal);
  program.signal(SIGTERM);
  const auto line = program.readLineWith("ending on");
  EXPECT_EQ(program.wait(), 0);
  return line.value_or("");
}

// The answer of Prometheus' HTTP API to an instant query, once it has one.
nlohmann::json query(int port, const std::string& expression) {
  for (int tries = 0; tries < 100; ++tries) {
    try {
      HttpClient client(port);
      const auto answer = client.get("/api/v1/query?query=" + expression, "Connection: close\r\n");
      if (answer && answer->status == 200) {
        const auto result = nlohmann::json::parse(answer->body).at("data").at("result");
        if (!result.empty()) return result;
      }
    } catch (const std::runtime_error&) {
      // Prometheus does not listen yet.
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  return nlohmann::json::array();
}

}  // namespace

TEST(EndToEnd, ServesThisHost) {
  Running program;
  HttpClient client(program.port());
  const auto answer = client.get("/metrics");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_THAT(answer->body, HasSubstr("node_load1 "));
  EXPECT_THAT(answer->body, HasSubstr("process_resident_memory_bytes "));
}

TEST(EndToEnd, IsParsedByPromtool) {
  Running program;
  HttpClient client(program.port());
  const auto answer = client.get("/metrics");
  ASSERT_TRUE(answer.has_value());
  ChildProcess promtool({tool("promtool"), "check", "metrics"}, ChildProcess::Stream::kError,
                        answer->body);
  const std::string complaints = promtool.readAll();
  // 3: the body is understood and names of node_exporter's families are found fault with.
  EXPECT_THAT(promtool.wait(), testing::AnyOf(0, 3)) << complaints;
}

TEST(EndToEnd, IsScrapedByPrometheusWithEverySample) {
  Running program({"--collector.disable-defaults", "--collector.loadavg"});
  const auto folder =
      std::filesystem::temp_directory_path() / ("prometheus-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "prometheus.yml")
      << "scrape_configs:\n- job_name: host\n  scrape_interval: 1s\n  static_configs:\n"
      << "  - targets: ['127.0.0.1:" << program.port() << "']\n";
  const int port = freePort();
  ChildProcess prometheus(
      {tool("prometheus"), "--config.file=" + (folder / "prometheus.yml").string(),
       "--storage.tsdb.path=" + (folder / "data").string(),
       "--web.listen-address=127.0.0.1:" + std::to_string(port)},
      ChildProcess::Stream::kOutput);
  const auto up = query(port, "up");
  const auto scraped = query(port, "scrape_samples_scraped");
  prometheus.signal(SIGKILL);
  prometheus.wait();
  std::filesystem::remove_all(folder);

  ASSERT_EQ(up.size(), 1u);
  EXPECT_EQ(up[0]["value"][1], "1");
  HttpClient client(program.port());
  const auto answer = client.get("/metrics");
  ASSERT_TRUE(answer.has_value());
  ASSERT_EQ(scraped.size(), 1u);
  EXPECT_EQ(scraped[0]["value"][1], std::to_string(countSamples(answer->body)));
}

TEST(EndToEnd, EndsWithStatusZeroOnSigtermAndSigint) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Running program;
    HttpClient idle(program.port());
    idle.get("/metrics");
    const auto begin = std::chrono::steady_clock::now();
    program.process().signal(signal);
    EXPECT_EQ(program.process().wait(), 0);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  }
}

TEST(EndToEnd, EndsOnSighup) { EXPECT_THAT(endAfter(SIGHUP, {}), HasSubstr("ending on Hangup")); }

TEST(EndToEnd, LivesOnAfterSighupUnderNohup) {
  EXPECT_THAT(endAfter(SIGHUP, {"nohup"}), HasSubstr("ending on Terminated"));
}

TEST(EndToEnd, LivesOnAfterASigintThatItsShellIgnores) {
  EXPECT_THAT(endAfter(SIGINT, {"sh", "-c", "trap '' INT; exec \"$@\"", "sh"}),
              HasSubstr("ending on Terminated"));
}

TEST(EndToEnd, PrintsOneExpositionOnce) {
  ChildProcess program({exporterProgram(), "--once"}, ChildProcess::Stream::kOutput);
  const std::string text = program.readAll();
  EXPECT_EQ(program.wait(), 0);
  EXPECT_THAT(text, HasSubstr("\nnode_load1 "));
  EXPECT_TRUE(text.ends_with("\n"));
}

TEST(EndToEnd, SaysInOneLineWhyItCannotStart) {
  Running other;
  const std::string taken = "127.0.0.1:" + std::to_string(other.port());
  const auto expectLine = [](const std::vector<std::string>& flags, const std::string& text,
                             int status) {
    const auto [line, ended] = failureOf(flags);
    EXPECT_THAT(line, testing::MatchesRegex("[^\n]*\n"));
    EXPECT_THAT(line, HasSubstr(text));
    EXPECT_EQ(ended, status) << line;
  };
  expectLine({"--web.listen-address=" + taken}, taken + ": Address already in use", 1);
  expectLine({"--nonsense"}, "--nonsense, try --help", 1);
  expectLine({"--path.procfs=/nonexistent"},
             "--path.procfs: cannot read /nonexistent: No such file or directory", 2);
  expectLine({"--collector.netdev.device-exclude=("}, "--collector.netdev.device-exclude: bad", 2);
  expectLine({"--log.level=debug", "--once", "--collector.runit", "--collector.supervisord",
              "--collector.supervisord.url=nowhere"},
             "--collector.supervisord.url: expected", 2);
}

}  // namespace orchestrator_exporter::test
