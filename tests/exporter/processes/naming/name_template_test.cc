#include "exporter/processes/naming/name_template.h"

#include <gtest/gtest.h>

#include "exporter/host/flags.h"

namespace orchestrator_exporter {

namespace {

ProcessIdentity nginx() {
  ProcessIdentity process;
  process.pid = 42;
  process.command = "nginx";
  process.arguments = {"/usr/sbin/nginx", "-g", "daemon off;"};
  process.username = "www-data";
  process.cgroups = {"/system.slice/nginx.service", "/"};
  process.start = text_template::Time(std::chrono::milliseconds(1767225600120));
  return process;
}

std::string applied(std::string_view text) {
  return NameTemplate("here", text).apply(nginx(), {{"Port", "80"}, {"Unused", ""}});
}

std::string refusal(std::string_view text) {
  try {
    NameTemplate("file.yml:3: name", text);
  } catch (const StartError& error) {
    return error.what();
  }
  return "taken";
}

}  // namespace

TEST(NameTemplate, FillsInTheFieldsOfAProcess) {
  EXPECT_EQ(applied("{{.Comm}} {{ .ExeBase }} {{.ExeFull}} {{.Username}} {{.PID}}"),
            "nginx nginx /usr/sbin/nginx www-data 42");
  EXPECT_EQ(applied("{{.StartTime}}"), "2026-01-01 00:00:00.12 +0000 UTC");
  EXPECT_EQ(applied("{{.Cgroups}}"), "[/system.slice/nginx.service /]");
}

TEST(NameTemplate, FillsInWhatExpressionsCaptured) {
  EXPECT_EQ(applied("{{.Matches.Port}}|{{.Matches.Unused}}|{{.Matches.None}}"), "80||<no value>");
  EXPECT_EQ(applied("{{.Matches}}"), "map[Port:80 Unused:]");
  EXPECT_EQ(applied("{{index .Matches \"Port\"}}"), "80");
}

TEST(NameTemplate, CallsFunctionsAloneAndInPipelines) {
  EXPECT_EQ(applied("{{index .Cgroups 1}} {{len .Cgroups}} {{.Comm | len}}"), "/ 2 5");
  EXPECT_EQ(applied(R"({{printf "%s:%05d|%-4s|%q" .Comm .PID "a" "b"}})"),
            "nginx:00042|a   |\"b\"");
  EXPECT_EQ(applied("{{slice .Comm 1 3}} {{.Comm | printf `%s!`}}"), "gi nginx!");
  EXPECT_EQ(applied("{{and .Matches.Unused .Comm}}{{or .Matches.Unused .Comm}}"), "nginx");
}

TEST(NameTemplate, ChoosesAndRepeats) {
  EXPECT_EQ(applied("{{if eq .Comm \"nginx\" }}web{{else}}other{{end}}"), "web");
  EXPECT_EQ(applied("{{if .Matches.Unused}}a{{else if gt .PID 40}}b{{else}}c{{end}}"), "b");
  EXPECT_EQ(applied("{{range $i, $path := .Cgroups}}{{$i}}={{$path}};{{end}}"),
            "0=/system.slice/nginx.service;1=/;");
  EXPECT_EQ(applied("{{with .Matches.Port}}on {{.}} of {{$.Comm}}{{end}}"), "on 80 of nginx");
}

TEST(NameTemplate, UsesWhatItDefines) {
  EXPECT_EQ(applied("{{define \"x\"}}<{{.}}>{{end}}{{template \"x\" .Comm}}"), "<nginx>");
  EXPECT_TRUE(
      NameTemplate("", "{{define `x`}}{{.Username}}{{end}}{{template `x` .}}").usesUsername());
}

TEST(NameTemplate, TrimsWhereAHyphenStandsAtAnAction) {
  EXPECT_EQ(applied("a  {{- .PID -}}  b{{/* nothing */}}"), "a42b");
}

TEST(NameTemplate, EndsWhereItCannotGoOn) {
  EXPECT_EQ(applied("{{.Comm}}-{{index .Cgroups 7}}-more"), "nginx-");
  EXPECT_EQ(applied("a{{if lt .Comm 1}}b{{end}}c"), "a");
}

TEST(NameTemplate, TakesTheCommandWhereThereAreNoArguments) {
  ProcessIdentity thread = nginx();
  thread.arguments.clear();
  EXPECT_EQ(NameTemplate("", "{{.ExeBase}} {{.ExeFull}}").apply(thread, {}), "nginx nginx");
}

TEST(NameTemplate, TellsWhichFilesItNeedsAndWhetherItNeedsTheStart) {
  EXPECT_FALSE(NameTemplate("", "{{.Comm}}").usesArguments());
  EXPECT_TRUE(NameTemplate("", "{{if .ExeBase}}{{end}}").usesArguments());
  EXPECT_TRUE(NameTemplate("", "{{range .Cgroups}}{{$.Username}}{{end}}").usesCgroups());
  EXPECT_TRUE(NameTemplate("", "{{range .Cgroups}}{{$.Username}}{{end}}").usesUsername());
  EXPECT_FALSE(NameTemplate("", "{{.Comm}}").usesStartTime());
  EXPECT_TRUE(NameTemplate("", "{{.StartTime}}").usesStartTime());
}

TEST(NameTemplate, SaysWhereAndWhyATemplateIsNone) {
  const std::string at = "file.yml:3: name: bad template '";
  EXPECT_EQ(refusal("{{.Nope}}"), at + "{{.Nope}}': a process has no field '.Nope'");
  EXPECT_EQ(refusal("{{.StartTime.Unix}}"),
            at + "{{.StartTime.Unix}}': '.StartTime' has no field '.Unix'");
  EXPECT_EQ(refusal("{{.Comm"), at + "{{.Comm': unclosed action");
  EXPECT_EQ(refusal("{{if .Comm}}a"), at + "{{if .Comm}}a': a block has no {{end}}");
  EXPECT_EQ(refusal("{{lower .Comm}}"), at + "{{lower .Comm}}': function 'lower' is not known");
  EXPECT_EQ(refusal("{{$x}}"), at + "{{$x}}': undefined variable '$x'");
  EXPECT_EQ(refusal("{{}}"), at + "{{}}': missing value for an action");
  EXPECT_EQ(refusal("{{.Comm 1}}"), at + "{{.Comm 1}}': only functions take arguments");
}

TEST(NameTemplate, BearsAnyTextForATemplate) {
  // Each beginning of a template that has everything, so that it ends in every place.
  const std::string whole =
      "a{{- /* c */ -}}{{range $i, $x := .Cgroups}}{{if and (eq $i 0) (not .)}}{{printf \"%q\\n\" "
      "$x | len}}{{else if `r`}}{{-1}}{{else}}{{.}}{{end}}{{end}}{{with $y := "
      ".Matches.A}}{{$y}}{{end}}";
  for (std::size_t size = 0; size <= whole.size(); ++size) refusal(whole.substr(0, size));
  EXPECT_EQ(refusal(whole), "taken");
  EXPECT_NE(refusal(std::string(100'000, '(').insert(0, "{{")), "taken");
}

}  // namespace orchestrator_exporter
