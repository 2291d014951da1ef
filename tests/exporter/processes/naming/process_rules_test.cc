#include "exporter/processes/naming/process_rules.h"

#include <gtest/gtest.h>

#include "exporter/host/flags.h"

namespace orchestrator_exporter {

namespace {

ProcessIdentity processOf(std::string_view command, std::vector<std::string_view> arguments) {
  ProcessIdentity process;
  process.pid = 42;
  process.command = command;
  process.arguments = std::move(arguments);
  return process;
}

// A rule with one expression over the arguments.
ProcessRule ruleOf(std::string_view name, const std::vector<std::string>& expressions) {
  ProcessRule rule{NameTemplate("name", name)};
  rule.commandLines.emplace();
  for (const std::string& expression : expressions) {
    rule.commandLines->push_back(Pattern::at("cmdline", expression));
  }
  return rule;
}

// The name by one such rule; "(none)" if it does not take the process.
std::string nameBy(const std::string& expression, std::vector<std::string_view> arguments,
                   std::string_view name = "taken") {
  std::vector<ProcessRule> rules;
  rules.push_back(ruleOf(name, {expression}));
  return ProcessRules(std::move(rules))
      .nameOf(processOf("command", std::move(arguments)))
      .value_or("(none)");
}

ProcessRules fromFlags(std::string_view names, std::string_view mapping = {}) {
  return ProcessRules::fromFlags("the-names", names, "the-mapping", mapping);
}

std::string refusal(std::string_view names, std::string_view mapping = {}) {
  try {
    fromFlags(names, mapping);
  } catch (const StartError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST(ProcessRule, HoldsExpressionsAgainstArgumentsWithOneBlankBetween) {
  EXPECT_EQ(nameBy("^sleep 77$", {"sleep", "77"}), "taken");
  EXPECT_EQ(nameBy("^sleep$", {"sleep"}), "taken");
  EXPECT_EQ(nameBy("^a  b$", {"a", "", "b"}), "taken");
  EXPECT_EQ(nameBy("^ b$", {"", "b"}), "taken");
  EXPECT_EQ(nameBy("^a $", {"a", ""}), "taken");
  EXPECT_EQ(nameBy("^$", {}), "taken");
}

TEST(ProcessRule, PutsNoBlankBeforeTheFirstArgument) {
  EXPECT_EQ(nameBy("^ ", {"sleep", "77"}), "(none)");
  EXPECT_EQ(nameBy(" sleep", {"sleep", "77"}), "(none)");
  EXPECT_EQ(nameBy(" sleep", {"env", "sleep"}), "taken");
}

TEST(ProcessRule, CapturesFromTheFirstCharacterOn) {
  EXPECT_EQ(nameBy("(?P<All>.*)", {"sleep", "77"}, "[{{.Matches.All}}]"), "[sleep 77]");
  EXPECT_EQ(nameBy("^(?P<First>\\S*)", {"/bin/sh", "-c"}, "[{{.Matches.First}}]"), "[/bin/sh]");
  EXPECT_EQ(nameBy("^(?P<First>.)", {"sleep"}, "[{{.Matches.First}}]"), "[s]");
}

TEST(ProcessRule, FindsExpressionsAnywhere) {
  EXPECT_EQ(nameBy("--port=\\d+", {"java", "-x", "--port=80", "y"}), "taken");
  EXPECT_EQ(nameBy("a b", {"a", "b"}), "taken");  // over the end of an argument
}

TEST(ProcessRule, CollectsTheCapturesOfAllExpressions) {
  std::vector<ProcessRule> rules;
  rules.push_back(ruleOf("{{.Matches.A}}-{{.Matches.B}}-{{.Matches.C}}",
                         {"a=(?P<A>\\d+)", "b=(?P<B>\\d+)(?P<C>x)?"}));
  const ProcessRules all(std::move(rules));
  EXPECT_EQ(all.nameOf(processOf("c", {"a=1", "b=2"})), "1-2-");
  EXPECT_EQ(all.nameOf(processOf("c", {"b=2x", "a=1"})), "1-2-x");
  EXPECT_EQ(all.nameOf(processOf("c", {"a=1"})), std::nullopt);
}

TEST(ProcessRule, LetsTheLaterOfTwoCapturesOfOneNameCount) {
  std::vector<ProcessRule> rules;
  rules.push_back(ruleOf("{{.Matches.A}}", {"(?P<A>first)", "(?P<A>second)"}));
  EXPECT_EQ(ProcessRules(std::move(rules)).nameOf(processOf("c", {"first", "second"})), "second");
}

TEST(ProcessRule, MatchesNoCharacterInBytesThatAreNoText) {
  EXPECT_EQ(nameBy("^a.b$", {"a\xff"
                             "b"}),
            "taken");  // one replacement
  EXPECT_EQ(nameBy("\xef\xbf\xbd", {"a\xff"}), "taken");
}

TEST(ProcessRule, GivesNamesThatAreText) {
  EXPECT_EQ(nameBy("(?P<A>x.*)", {"x\xff\xfe"}, "{{.Matches.A}}"), "x\xef\xbf\xbd");
  std::vector<ProcessRule> rules;
  rules.push_back(ruleOf("{{.Comm}}", {".*"}));
  EXPECT_EQ(ProcessRules(std::move(rules)).nameOf(processOf("c\xff", {})), "c\xef\xbf\xbd");
}

TEST(ProcessRule, ComparesCommandsAsTheKernelWritesThem) {
  ProcessRule rule{NameTemplate("name", "taken")};
  rule.commands = {"a", "exactly15bytes-"};
  std::vector<ProcessRule> rules;
  rules.push_back(std::move(rule));
  const ProcessRules all(std::move(rules));
  EXPECT_EQ(all.nameOf(processOf("a", {})), "taken");
  EXPECT_EQ(all.nameOf(processOf("exactly15bytes-", {})), "taken");
  EXPECT_EQ(all.nameOf(processOf("A", {})), std::nullopt);
  EXPECT_EQ(all.nameOf(processOf("aa", {})), std::nullopt);
  EXPECT_EQ(all.nameOf(processOf("", {})), std::nullopt);
}

TEST(ProcessRule, ComparesExecutablesByTheirLastElement) {
  ProcessRule rule{NameTemplate("name", "taken")};
  rule.addExecutable("postgres");
  rule.addExecutable("/usr/bin/agent");
  std::vector<ProcessRule> rules;
  rules.push_back(std::move(rule));
  const ProcessRules all(std::move(rules));
  const auto takes = [&](std::string_view executable) {
    return all.nameOf(processOf("c", {executable})).has_value();
  };
  EXPECT_TRUE(takes("postgres"));
  EXPECT_TRUE(takes("/opt/postgres"));
  EXPECT_TRUE(takes("/opt/postgres/"));
  EXPECT_TRUE(takes("/usr/bin/agent"));
  EXPECT_FALSE(takes("/opt/agent"));
  EXPECT_FALSE(takes("agent"));
  EXPECT_FALSE(takes("postgres: writer"));
  EXPECT_FALSE(takes(""));
}

TEST(ProcessRules, AskForWhatTheyNeedAlone) {
  const auto rulesWith = [](std::string_view name, bool expression) {
    std::vector<ProcessRule> rules;
    if (expression) {
      rules.push_back(ruleOf(name, {"x"}));
    } else {
      rules.push_back({NameTemplate("name", name)});
      rules.back().commands = {"x"};
    }
    return ProcessRules(std::move(rules));
  };
  EXPECT_FALSE(rulesWith("{{.Comm}}", false).useArguments());
  EXPECT_TRUE(rulesWith("{{.Comm}}", true).useArguments());
  EXPECT_TRUE(rulesWith("{{.ExeBase}}", false).useArguments());
  EXPECT_FALSE(rulesWith("{{.Comm}}", true).useUsername());
  EXPECT_TRUE(rulesWith("{{.Username}}", false).useUsername());
  EXPECT_FALSE(rulesWith("{{.Comm}}", true).useCgroups());
  EXPECT_TRUE(rulesWith("{{.Cgroups}}", false).useCgroups());
  EXPECT_FALSE(rulesWith("{{.Comm}}", true).useStartTime());
  EXPECT_TRUE(rulesWith("{{.StartTime}}", false).useStartTime());
  EXPECT_FALSE(ProcessRules().useArguments());
  EXPECT_FALSE(fromFlags("a,b").useArguments());
  EXPECT_TRUE(fromFlags("", "a,(b)").useArguments());
}

TEST(ProcessRules, TakeNothingWithoutRules) {
  EXPECT_EQ(ProcessRules().nameOf(processOf("a", {"a"})), std::nullopt);
  EXPECT_EQ(fromFlags("").nameOf(processOf("", {})), std::nullopt);
}

TEST(ProcessRules, TakeNamesFromFlagsAsTheyStand) {
  const ProcessRules rules = fromFlags("bash,a b, c");
  EXPECT_EQ(rules.nameOf(processOf("a b", {})), "a b");
  EXPECT_EQ(rules.nameOf(processOf(" c", {})), " c");
  EXPECT_EQ(rules.nameOf(processOf("c", {})), std::nullopt);
}

TEST(ProcessRules, MapACommandFromItsFirstArgumentOn) {
  EXPECT_EQ(fromFlags("", "python3,^(\\S+)").nameOf(processOf("python3", {"python3", "a.py"})),
            "python3:python3");
  EXPECT_EQ(fromFlags("", "python3,^ ").nameOf(processOf("python3", {"python3"})), std::nullopt);
}

TEST(ProcessRules, LetTheLaterOfTwoMappingsOfACommandCount) {
  const ProcessRules rules = fromFlags("", "a,(first),a,(second)");
  EXPECT_EQ(rules.nameOf(processOf("a", {"first", "second"})), "a:second");
  EXPECT_EQ(rules.nameOf(processOf("a", {"first"})), std::nullopt);
}

TEST(ProcessRules, TakeAMappedCommandNotByItsNameToo) {
  const ProcessRules rules = fromFlags("a", "a,(x)");
  EXPECT_EQ(rules.nameOf(processOf("a", {"x"})), "a:x");
  EXPECT_EQ(rules.nameOf(processOf("a", {"y"})), std::nullopt);
}

TEST(ProcessRules, NameTheFlagThatMakesNoSense) {
  EXPECT_EQ(refusal("a,,b"), "--the-names: a name is empty");
  EXPECT_EQ(refusal("a,"), "--the-names: a name is empty");
  EXPECT_EQ(refusal(","), "--the-names: a name is empty");
  for (const char* mapping : {"a", "a,b,c", "a,", ",b", "a,b,,"}) {
    EXPECT_EQ(refusal("", mapping), "--the-mapping: expected name,expression,… without empty parts")
        << mapping;
  }
  EXPECT_EQ(refusal("", "a,(").find("--the-mapping"), 0u);
  EXPECT_EQ(refusal("", "a,(?=b)").find("--the-mapping"), 0u);  // RE2 does not look ahead
}

TEST(LastElement, IsThatOfGosFilepath) {
  EXPECT_EQ(lastElement("/usr/bin/sh"), "sh");
  EXPECT_EQ(lastElement("sh"), "sh");
  EXPECT_EQ(lastElement("/usr/bin/"), "bin");
  EXPECT_EQ(lastElement("/usr///"), "usr");
  EXPECT_EQ(lastElement("/"), "/");
  EXPECT_EQ(lastElement("///"), "/");
  EXPECT_EQ(lastElement(""), ".");
  EXPECT_EQ(lastElement("."), ".");
  EXPECT_EQ(lastElement("a/.."), "..");
}

TEST(ProcessIdentity, HasItsCommandForAnExecutableWithoutArguments) {
  EXPECT_EQ(processOf("kthreadd", {}).executable(), "kthreadd");
  EXPECT_EQ(processOf("kworker/0:1", {}).executableName(), "kworker/0:1");
  EXPECT_EQ(processOf("sh", {"/bin/bash"}).executable(), "/bin/bash");
  EXPECT_EQ(processOf("sh", {"/bin/bash"}).executableName(), "bash");
  EXPECT_EQ(processOf("sh", {""}).executableName(), ".");
}

}  // namespace orchestrator_exporter
