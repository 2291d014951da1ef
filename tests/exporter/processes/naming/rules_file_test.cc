#include "exporter/processes/naming/rules_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/host/flags.h"
#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;

ProcessRules rulesOf(const std::string& yaml) {
  TempSystem system;
  system.file("rules.yml", yaml);
  return readRulesFile(system.path("rules.yml"));
}

// What is said of a file that cannot be taken, from its line on.
std::string refusalOf(const std::string& yaml) {
  TempSystem system;
  system.file("rules.yml", yaml);
  const std::string path = system.path("rules.yml");
  try {
    readRulesFile(path);
  } catch (const StartError& error) {
    const std::string text = error.what();
    return text.starts_with(path + ":") ? text.substr(path.size() + 1) : text;
  }
  return "nothing";
}

ProcessIdentity processOf(std::string_view command, std::vector<std::string_view> arguments) {
  ProcessIdentity process;
  process.pid = 42;
  process.command = command;
  process.arguments = std::move(arguments);
  return process;
}

std::string nameBy(const std::string& yaml, const ProcessIdentity& process) {
  return rulesOf(yaml).nameOf(process).value_or("(none)");
}

constexpr const char* kThreeRules = R"(process_names:
  - name: "{{.Comm}}-by-comm"
    comm: [bash, cron]
  - exe:
    - postgres
    - /usr/local/bin/nginx
  - name: "{{.ExeBase}}:{{.Matches.Port}}"
    exe: [java]
    cmdline:
    - --port=(?P<Port>\d+)
    - "server$"
)";

}  // namespace

TEST(RulesFile, TakesAProcessWithTheFirstRuleThatMatches) {
  EXPECT_EQ(nameBy(kThreeRules, processOf("bash", {"-bash"})), "bash-by-comm");
  EXPECT_EQ(nameBy(kThreeRules, processOf("postgres", {"/opt/pg/bin/postgres", "-D"})), "postgres");
  EXPECT_EQ(nameBy(kThreeRules, processOf("zsh", {"zsh"})), "(none)");
}

TEST(RulesFile, ComparesAnExecutableWithASlashAsAWhole) {
  EXPECT_EQ(nameBy(kThreeRules, processOf("nginx", {"/usr/local/bin/nginx"})), "nginx");
  EXPECT_EQ(nameBy(kThreeRules, processOf("nginx", {"/usr/sbin/nginx"})), "(none)");
  EXPECT_EQ(nameBy(kThreeRules, processOf("nginx", {"nginx"})), "(none)");
}

TEST(RulesFile, WantsAllSelectorsAndAllExpressions) {
  EXPECT_EQ(nameBy(kThreeRules, processOf("java", {"java", "--port=80", "server"})), "java:80");
  EXPECT_EQ(nameBy(kThreeRules, processOf("java", {"java", "--port=80", "client"})), "(none)");
  EXPECT_EQ(nameBy(kThreeRules, processOf("java", {"java", "server"})), "(none)");
  EXPECT_EQ(nameBy(kThreeRules, processOf("java", {"other", "--port=80", "server"})), "(none)");
}

TEST(RulesFile, SeesNoArgumentsOfKernelThreads) {
  const ProcessIdentity thread = processOf("kworker/0:1", {});
  EXPECT_EQ(nameBy("process_names: [{cmdline: ['.+']}]", thread), "(none)");
  EXPECT_EQ(nameBy("process_names: [{cmdline: ['.*']}]", thread), "kworker/0:1");
  EXPECT_EQ(nameBy("process_names: [{exe: ['kworker/0:1']}]", thread), "(none)");
}

TEST(RulesFile, LetsTheLaterOfTwoExecutablesOfOneNameCount) {
  const std::string yaml = "process_names: [{exe: [/a/x, /b/x]}]";
  EXPECT_EQ(nameBy(yaml, processOf("x", {"/a/x"})), "(none)");
  EXPECT_EQ(nameBy(yaml, processOf("x", {"/b/x"})), "x");
}

TEST(RulesFile, UnderstandsMergeKeysOfYaml) {
  const std::string yaml =
      "process_names:\n- &all {name: all, cmdline: [.+]}\n- {<<: *all, name: other, comm: [x]}\n";
  EXPECT_EQ(nameBy(yaml, processOf("x", {"x"})), "all");
}

TEST(RulesFile, TakesAFileWithoutRulesForOneThatMatchesNothing) {
  for (const char* yaml : {"", "# nothing\n", "process_names:\n", "process_names: []\n"}) {
    EXPECT_EQ(nameBy(yaml, processOf("bash", {"bash"})), "(none)") << yaml;
  }
}

TEST(RulesFile, NamesTheLineAndTheKeyThatItDoesNotKnow) {
  EXPECT_EQ(refusalOf("process_names:\n- comm: [a]\n  comand: b\n"),
            "3: unknown key 'comand', expected name, comm, exe or cmdline");
  EXPECT_EQ(refusalOf("process_name: []\n"),
            "1: unknown key 'process_name', expected process_names");
}

TEST(RulesFile, NamesTheLineOfATemplateThatIsNone) {
  EXPECT_EQ(refusalOf("process_names:\n- comm: [a]\n  name: '{{.Com}}'\n"),
            "3: name: bad template '{{.Com}}': a process has no field '.Com'");
}

TEST(RulesFile, NamesTheLineOfAnExpressionThatIsNone) {
  EXPECT_THAT(refusalOf("process_names:\n- cmdline:\n  - ok\n  - 'a('\n"),
              HasSubstr("4: cmdline: "));
}

TEST(RulesFile, RefusesARuleThatCanMatchNothing) {
  EXPECT_EQ(refusalOf("process_names:\n- name: x\n"),
            "2: the rule has none of comm, exe and cmdline, so it can match nothing");
}

TEST(RulesFile, RefusesValuesOfTheWrongKind) {
  EXPECT_EQ(refusalOf("process_names:\n- comm: bash\n"),
            "2: comm: expected a list, as in comm: [a, b]");
  EXPECT_EQ(refusalOf("process_names:\n- comm: [[a]]\n"), "2: comm: expected a list of texts");
  EXPECT_EQ(refusalOf("process_names: x\n"), "1: process_names: expected a list");
  EXPECT_EQ(refusalOf("- a\n"), "1: expected keys and values");
}

TEST(RulesFile, NamesTheLineOfABrokenYaml) {
  EXPECT_THAT(refusalOf("process_names:\n- comm: [a\n"), testing::MatchesRegex("[0-9]+: .+"));
}

TEST(RulesFile, SaysWhichFileCannotBeRead) {
  EXPECT_THROW(readRulesFile("/does/not/exist.yml"), StartError);
  TempSystem system;
  EXPECT_THROW(readRulesFile(system.path("proc")), StartError);
}

TEST(ProcessRules, NamesProcessesByAListOfCommands) {
  const auto rules = ProcessRules::fromFlags("names", "bash,cron", "mapping", "");
  EXPECT_EQ(rules.nameOf(processOf("cron", {})), "cron");
  EXPECT_EQ(rules.nameOf(processOf("zsh", {})), std::nullopt);
}

TEST(ProcessRules, NamesMappedCommandsByTheFirstGroupThatTookAnything) {
  const auto rules =
      ProcessRules::fromFlags("names", "", "mapping", "python3,(?:-m (\\w+))|(\\w+\\.py)");
  EXPECT_EQ(rules.nameOf(processOf("python3", {"python3", "-m", "http"})), "python3:http");
  EXPECT_EQ(rules.nameOf(processOf("python3", {"python3", "a.py"})), "python3:a.py");
  EXPECT_EQ(rules.nameOf(processOf("python3", {"python3"})), std::nullopt);
}

TEST(ProcessRules, RefusesAMappingThatIsNoListOfPairs) {
  EXPECT_THROW(ProcessRules::fromFlags("names", "a,,b", "mapping", ""), StartError);
  EXPECT_THROW(ProcessRules::fromFlags("names", "", "mapping", "a"), StartError);
  EXPECT_THROW(ProcessRules::fromFlags("names", "", "mapping", "a,"), StartError);
  EXPECT_THROW(ProcessRules::fromFlags("names", "", "mapping", "a,("), StartError);
}

}  // namespace orchestrator_exporter
