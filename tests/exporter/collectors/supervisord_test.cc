#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "exporter/daemons/socket.h"
#include "exporter/host/collector.h"
#include "tests/support/collectors.h"
#include "tests/support/expositions.h"
#include "tests/support/fake_http_server.h"
#include "tests/support/scraped_collector.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;

std::string member(const std::string& name, const std::string& value) {
  return "<member>\n<name>" + name + "</name>\n<value>" + value + "</value>\n</member>\n";
}

std::string process(const std::string& name, const std::string& group, int state, int start,
                    int exitStatus) {
  const auto number = [](int value) { return "<int>" + std::to_string(value) + "</int>"; };
  return "<value><struct>" + member("name", "<string>" + name + "</string>") +
         member("group", group) + member("description", "<string>pid 7 &amp; more</string>") +
         member("start", number(start)) + member("stop", number(0)) +
         member("state", number(state)) +
         member("exitstatus", "<i4>" + std::to_string(exitStatus) + "</i4>") +
         "</struct></value>\n";
}

std::string http(const std::string& body) {
  return "HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string answer(const std::string& processes) {
  return http(
      "<?xml version='1.0'?>\n<!-- by supervisord -->\n<methodResponse>\n<params>\n<param>\n"
      "<value><array><data>\n" +
      processes + "</data></array></value>\n</param>\n</params>\n</methodResponse>\n");
}

Flags urlOf(const FakeHttpServer& server, const std::string& authority = "127.0.0.1") {
  return Flags{{"collector.supervisord.url",
                "http://" + authority + ":" + std::to_string(server.port()) + "/RPC2"}};
}

std::string samples(const std::string& bytes) {
  const FakeHttpServer server(bytes);
  return collectSamples("supervisord", TempSystem(), urlOf(server));
}

// What the failure says, without the port.
std::string error(const std::string& bytes) {
  const FakeHttpServer server(bytes);
  std::string text = collectError("supervisord", TempSystem(), urlOf(server));
  const std::string port = std::to_string(server.port());
  if (const auto at = text.find(port); at != std::string::npos) text.replace(at, port.size(), "P");
  return text;
}

TEST(Supervisord, ReportsProcesses) {
  const FakeHttpServer server(answer(process("web", "site", 20, 1700000000, 0) +
                                     process("worker_00", "worker", 100, 1600000000, 1)));
  EXPECT_EQ(collectSamples("supervisord", TempSystem(), urlOf(server)),
            R"(node_supervisord_exit_status{group="site",name="web"} 0
node_supervisord_exit_status{group="worker",name="worker_00"} 1
node_supervisord_start_time_seconds{group="site",name="web"} 1700000000
node_supervisord_state{group="site",name="web"} 20
node_supervisord_state{group="worker",name="worker_00"} 100
node_supervisord_up{group="site",name="web"} 1
node_supervisord_up{group="worker",name="worker_00"} 0
)");
  EXPECT_THAT(server.request(), HasSubstr("POST /RPC2 HTTP/1.0\r\n"));
  EXPECT_THAT(server.request(), HasSubstr("<methodName>supervisor.getAllProcessInfo</methodName>"));
}

TEST(Supervisord, TypesTheStartTimeAsACounter) {
  const FakeHttpServer server(answer(process("web", "site", 20, 1, 0)));
  EXPECT_THAT(collectText("supervisord", TempSystem(), urlOf(server)),
              HasSubstr("# TYPE node_supervisord_start_time_seconds counter\n"));
}

TEST(Supervisord, IsUpWhileItStartsRunsAndStops) {
  for (const int state : {0, 10, 20, 30, 40, 100, 200, 1000}) {
    const bool up = state == 10 || state == 20 || state == 40;
    EXPECT_THAT(samples(answer(process("p", "p", state, 1, 0))),
                HasSubstr(std::string("node_supervisord_up{group=\"p\",name=\"p\"} ") +
                          (up ? "1\n" : "0\n")));
  }
}

TEST(Supervisord, HasNoSamplesWithoutProcesses) { EXPECT_EQ(samples(answer("")), ""); }

TEST(Supervisord, AsksAtASocket) {
  TempSystem system;
  const FakeHttpServer server(answer(process("p", "p", 0, 0, 0)), system.path("supervisor.sock"));
  EXPECT_THAT(collectSamples(
                  "supervisord", system,
                  Flags{{"collector.supervisord.url", "unix://" + system.path("supervisor.sock")}}),
              HasSubstr("node_supervisord_state{group=\"p\",name=\"p\"} 0\n"));
  EXPECT_THAT(server.request(), HasSubstr("POST /RPC2 "));
}

TEST(Supervisord, ShowsItsPassword) {
  const FakeHttpServer server(answer(""));
  collectSamples("supervisord", TempSystem(), urlOf(server, "ad%6Din:123@127.0.0.1"));
  EXPECT_THAT(server.request(), HasSubstr("\r\nAuthorization: Basic YWRtaW46MTIz\r\n"));
}

TEST(Supervisord, ReadsTheAddressFromTheEnvironment) {
  setenv("SUPERVISORD_URL", "http://127.0.0.1:1/x", 1);
  EXPECT_EQ(collectError("supervisord", TempSystem(), Flags()), "127.0.0.1:1: Connection refused");
  unsetenv("SUPERVISORD_URL");
}

TEST(Supervisord, RefusesAddressesThatItCannotAskAt) {
  for (const char* url :
       {"", "localhost:9001", "https://localhost/RPC2", "http://", "http:///RPC2", "http://host:0/",
        "http://host:70000/", "http://host:x/", "unix://", "unix://relative", "http://[::1]x/"}) {
    EXPECT_THAT(
        collectError("supervisord", TempSystem(), Flags{{"collector.supervisord.url", url}}),
        HasSubstr("--collector.supervisord.url: expected http://host:port/path"))
        << url;
  }
}

TEST(Supervisord, TakesAddressesWithoutPortOrPathAndOfIpv6) {
  for (const char* url : {"http://127.0.0.1:1", "http://[::1]:1/RPC2"}) {
    EXPECT_THAT(
        collectError("supervisord", TempSystem(), Flags{{"collector.supervisord.url", url}}),
        HasSubstr(":1: "))
        << url;
  }
}

TEST(Supervisord, FailsWhereNobodyAnswers) {
  EXPECT_EQ(collectError("supervisord", TempSystem(),
                         Flags{{"collector.supervisord.url", "unix:///nonexistent/socket"}}),
            "/nonexistent/socket: No such file or directory");
}

TEST(Supervisord, FailsWithTheReasonOfAFault) {
  EXPECT_EQ(
      error(http("<methodResponse><fault><value><struct>" + member("faultCode", "<int>1</int>") +
                 member("faultString", "<string>UNKNOWN_METHOD</string>") +
                 "</struct></value></fault></methodResponse>")),
      "supervisor.getAllProcessInfo: fault: UNKNOWN_METHOD");
}

TEST(Supervisord, FailsWhereTheAnswerIsNoHttpOrNoSuccess) {
  EXPECT_EQ(error("HTTP/1.0 401 Unauthorized\r\n\r\n"),
            "127.0.0.1:P: expected status 200, got '401 Unauthorized'");
  EXPECT_EQ(error("SSH-2.0-x\r\n"), "127.0.0.1:P: expected an answer in HTTP, got 'SSH-2.0-x'");
  EXPECT_EQ(error(""), "127.0.0.1:P: expected an answer in HTTP, got ''");
}

TEST(Supervisord, FailsWhereTheAnswerIsNoXmlRpc) {
  EXPECT_EQ(error(http("<html></html>")),
            "supervisor.getAllProcessInfo:1: expected <methodResponse>, got '<html></html>'");
  for (const char* body :
       {"", "<", "<methodResponse", "<methodResponse>", "<methodResponse><params><param><value>",
        "<methodResponse><params><param><value><array><data><value><int>5",
        "<methodResponse><fault/></methodResponse>", "<!--", "<?xml", "<methodResponse/>",
        "<methodResponse><params><param><value>&nonsense;</value>"}) {
    EXPECT_THAT(error(http(body)), HasSubstr("supervisor.getAllProcessInfo:1: expected")) << body;
  }
}

TEST(Supervisord, FailsWhereNoProcessMakesSense) {
  EXPECT_EQ(error(answer("<value><struct>" + member("group", "g") + "</struct></value>")),
            "supervisor.getAllProcessInfo: no name of a process");
}

TEST(Supervisord, LeavesOutOfAProcessWhatItDoesNotTell) {
  const auto process = [](const std::string& name, const std::string& members) {
    return "<value><struct>" + member("group", "g") + (name.empty() ? "" : member("name", name)) +
           members + "</struct></value>";
  };
  const FakeHttpServer server(answer(
      process("", "") + "<value>text</value>" +
      process("a", member("state", "<int>up</int>") + member("exitstatus", "<int>3</int>")) +
      process("b", member("state", "<int>20</int>") + member("exitstatus", "<nil/>") +
                       member("start", "<int>5</int>")) +
      process("c", member("state", "<int>20</int>") + member("exitstatus", "<int>0</int>"))));
  ScrapedCollector scraped("supervisord", TempSystem(), urlOf(server));
  scraped.scrape();
  EXPECT_EQ(scraped.at(R"(node_supervisord_exit_status{group="g",name="a"})"), 3);
  EXPECT_FALSE(scraped.value(R"(node_supervisord_state{group="g",name="a"})"));
  EXPECT_FALSE(scraped.value(R"(node_supervisord_exit_status{group="g",name="b"})"));
  EXPECT_EQ(scraped.at(R"(node_supervisord_start_time_seconds{group="g",name="b"})"), 5);
  EXPECT_EQ(scraped.at(R"(node_supervisord_up{group="g",name="c"})"), 1);
  EXPECT_EQ(scraped.complaint(),
            "supervisor.getAllProcessInfo: no name of a process; "
            "supervisor.getAllProcessInfo: no group of a process; "
            "supervisor.getAllProcessInfo: expected a whole number as state, got 'up'; "
            "supervisor.getAllProcessInfo: expected a whole number as exitstatus, got ''; "
            "and 1 more");
}

TEST(Supervisord, ReadsNoAnswerOfEndlessDepth) {
  std::string body = "<methodResponse><params><param><value>";
  for (int i = 0; i < 100'000; ++i) body += "<array><data><value>";
  EXPECT_THAT(error(http(body)), HasSubstr("expected less depth"));
}

TEST(Supervisord, UndoesTheEscapesOfXml) {
  EXPECT_THAT(
      samples(answer(process("a&lt;&#66;&#xfc;&quot;<![CDATA[<c>]]>", "<string/>", 0, 0, 0))),
      HasSubstr("node_supervisord_state{group=\"\",name=\"a<Bü\\\"<c>\"} 0\n"));
}

TEST(Supervisord, GivesUpAtItsDeadline) {
  TempSystem system;
  const FakeHttpServer server(answer(""));
  Kernel kernel{system.roots()};
  kernel.setDeadline(Kernel::Clock::now() - std::chrono::seconds(1));
  const auto writer = ExpositionWriter::make({});
  for (const CollectorDefinition& definition : collectorDefinitions()) {
    if (definition.name != "supervisord") continue;
    EXPECT_THROW(definition.make(urlOf(server), kernel)->collect(kernel, *writer), SocketError);
  }
}

}  // namespace

}  // namespace orchestrator_exporter
