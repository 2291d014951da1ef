// Runs the examples, and looks at what they show.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <charconv>
#include <csignal>

#include "tests/support/child_process.h"
#include "tests/support/http_client.h"
#include "tests/support/paths.h"

namespace orchestrator_exporter::test {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

// An example that serves on a free port of loopback, and says so in its first line.
class ServingExample {
 public:
  explicit ServingExample(const std::string& name)
      : process_({exampleProgram(name), "127.0.0.1:0"}, ChildProcess::Stream::kOutput) {
    const std::string line = process_.readLineWith("serving").value_or("");
    const std::size_t digits = line.find_last_of(": ", line.find("/", line.find("//") + 2)) + 1;
    std::from_chars(line.data() + digits, line.data() + line.size(), port_);
  }

  std::string get(const std::string& target) const {
    HttpClient client(port_);
    const auto answer = client.get(target);
    return answer ? answer->body : "no answer";
  }
  // The page once it shows this: what a request records may come a moment after its answer.
  std::string getWith(const std::string& target, const std::string& text) const {
    std::string page;
    for (int i = 0; i < 5000; ++i) {
      page = get(target);
      if (page.find(text) != std::string::npos) break;
    }
    return page;
  }
  // The exit status after the signal that ends it.
  int end() {
    process_.signal(SIGTERM);
    return process_.wait();
  }

 private:
  ChildProcess process_;
  int port_ = 0;
};

TEST(Examples, BackgroundWorkerMeasuresItself) {
  ChildProcess worker({exampleProgram("background_worker"), "50"}, ChildProcess::Stream::kOutput);
  const std::string text = worker.readAll();
  EXPECT_EQ(worker.wait(), 0);
  EXPECT_THAT(text, HasSubstr("process_messages_total{port=\"mail\",process_id=\"worker\"} 50\n"));
  EXPECT_THAT(text, HasSubstr("process_queue_depth{port=\"mail\",process_id=\"worker\"} 0\n"));
  EXPECT_THAT(text,
              HasSubstr("process_errors_total{error_type=\"std::invalid_argument\",process_id="
                        "\"worker\"} 5\n"));
  EXPECT_THAT(text,
              HasSubstr("job_duration_seconds_count{operation=\"render\",queue=\"mail\"} 50"));
  EXPECT_THAT(text, ContainsRegex("process_memory_usage_bytes.kind=\"resident\""));
}

TEST(Examples, MeasuredServerShowsItsRequestsAndQueries) {
  ServingExample server("measured_server");
  EXPECT_EQ(server.get("/orders?id=2"), "two pens\n");
  EXPECT_EQ(server.get("/orders?id=9"), "no such order\n");
  for (const char* status : {"200", "404"}) {
    const std::string count =
        "http_request_duration_seconds_count{method=\"GET\",route=\"/orders\",status=\"" +
        std::string(status) + "\"} 1\n";
    EXPECT_THAT(server.getWith("/metrics", count), HasSubstr(count));
  }
  EXPECT_THAT(server.get("/metrics"),
              HasSubstr("db_queries_total{database=\"shop\",operation=\"select\",table="
                        "\"orders\"} 2\n"));
  EXPECT_EQ(server.end(), 0);
}

TEST(Examples, ProgramOfPrometheusCppKeepsItsMetrics) {
  ServingExample server("moved_from_prometheus_cpp");
  const std::string text = server.get("/metrics");
  EXPECT_THAT(text, HasSubstr("# TYPE observed_packets_total counter\n"));
  EXPECT_THAT(text, HasSubstr("\nobserved_packets_total{direction=\"rx\",protocol=\"tcp\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("\nobserved_packets_total{direction=\"tx\",protocol=\"udp\"} 1\n"));
  EXPECT_EQ(server.end(), 0);
}

// What an example prints on standard error, and its exit status.
std::pair<std::string, int> refusalOf(const std::string& name,
                                      const std::vector<std::string>& arguments) {
  std::vector<std::string> command{exampleProgram(name)};
  command.insert(command.end(), arguments.begin(), arguments.end());
  ChildProcess process(command, ChildProcess::Stream::kError);
  const std::string text = process.readAll();
  return {text, process.wait()};
}

TEST(Examples, SayHowTheyAreUsedIfTheyAreUsedOtherwise) {
  for (const std::string name : {"background_worker", "measured_server",
                                 "moved_from_prometheus_cpp", "simulated_orchestrators"}) {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"--help"}, {"nonsense"}, {"127.0.0.1:0", "more"}}) {
      const auto [text, status] = refusalOf(name, arguments);
      EXPECT_THAT(text, HasSubstr("usage: " + name + " [")) << arguments[0];
      EXPECT_EQ(status, 2) << name << " " << arguments[0];
    }
  }
}

TEST(Examples, SimulatedOrchestratorsServeWhatTheyDo) {
  ServingExample server("simulated_orchestrators");
  EXPECT_THAT(server.getWith("/metrics", "orchestrator_tokens_used_total"),
              HasSubstr("orchestrator_sessions_started_total"));
  EXPECT_EQ(server.end(), 0);
}

}  // namespace
}  // namespace orchestrator_exporter::test
