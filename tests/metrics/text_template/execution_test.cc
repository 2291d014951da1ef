#include "metrics/text_template/execution.h"

#include <gtest/gtest.h>

#include "metrics/text_template/template_error.h"
#include "metrics/text_template/text_template.h"

// The actions as the documentation of Go's text/template describes them; the texts of errors are
// Go's.
namespace orchestrator_exporter::text_template {

namespace {

Value list(std::vector<Value> items) {
  return std::make_shared<const List>(List{std::move(items)});
}

// A value with the fields that tests ask of it.
class Alert final : public Object {
 public:
  std::string_view type() const override { return "test.Alert"; }
  std::string printed() const override { return "{alert}"; }
  std::optional<Value> field(std::string_view name) const override {
    if (name == "Name") return "disk";
    if (name == "Value") return 1.5;
    if (name == "Items") return list({"a", "b", "c"});
    if (name == "Labels") {
      Map labels{{{"instance", "h:1"}, {"job", "node"}}};
      labels.method = withoutLabel;
      labels.zero = "";
      return std::make_shared<const Map>(std::move(labels));
    }
    return std::nullopt;
  }

 private:
  static std::optional<Value> withoutLabel(const Value& self, std::string_view name,
                                           std::span<const Value> arguments) {
    if (name != "Without") return std::nullopt;
    if (arguments.size() != 1) throw CallError("wants one name");
    Map rest = *std::get<std::shared_ptr<const Map>>(self);
    std::erase_if(rest.entries,
                  [&](const Map::Entry& entry) { return Value(entry.first) == arguments[0]; });
    return std::make_shared<const Map>(std::move(rest));
  }
};

Value repeat(std::span<const Value> of, const Context*) {
  std::string text;
  for (std::int64_t i = 0; i < std::get<std::int64_t>(of[1]); ++i)
    text += std::get<std::string>(of[0]);
  return text;
}

constexpr Function kFunctions[] = {{"repeat", "si", repeat}};

std::string run(const std::string& text, const ExecutionLimits& limits = {}) {
  Templates templates{Functions(kFunctions)};
  templates.add("t", text);
  const Alert alert;
  std::string out;
  try {
    templates.execute("t", borrowed(alert), out, nullptr, limits);
  } catch (const ExecutionError& error) {
    return error.what();
  }
  return out;
}

}  // namespace

TEST(TemplateExecution, GivesFieldsFunctionsAndMethods) {
  EXPECT_EQ(run("{{.Name}} {{.Value}} {{.Labels.instance}}|{{.Labels.none}}|{{.}}"),
            "disk 1.5 h:1||{alert}");
  EXPECT_EQ(run("{{repeat .Name 2}} {{2 | repeat \"x\"}}"), "diskdisk xx");
  EXPECT_EQ(run("{{.Labels.Without \"job\"}} {{(.Labels.Without `job`).instance}}"),
            "map[instance:h:1] h:1");
}

TEST(TemplateExecution, EndsRangesEarly) {
  EXPECT_EQ(run("{{range .Items}}{{if eq . \"b\"}}{{continue}}{{end}}{{.}}{{end}}"), "ac");
  EXPECT_EQ(run("{{range $i, $x := .Items}}{{if eq $i 1}}{{break}}{{end}}{{$x}}{{end}}!"), "a!");
}

TEST(TemplateExecution, KeepsWhatABlockAssigns) {
  EXPECT_EQ(run("{{$x := 1}}{{range .Items}}{{$x = .}}{{end}}{{$x}}"), "c");
  EXPECT_EQ(run("{{$x := 1}}{{if true}}{{$x := 2}}{{end}}{{$x}}"), "1");
}

TEST(TemplateExecution, UsesTemplatesWithDataOfTheirOwn) {
  EXPECT_EQ(run("{{define \"x\"}}<{{.}}{{$}}>{{end}}{{template \"x\" .Name}}{{template \"x\"}}"),
            "<diskdisk><<no value><no value>>");
  EXPECT_EQ(run("{{block \"b\" .Labels}}{{.job}}{{end}}"), "node");
}

TEST(TemplateExecution, SaysWhereAndWhyItCannotGoOn) {
  const auto at = [](const std::string& place) { return "template: t:1:" + place; };
  EXPECT_EQ(run("{{.Nope}}"),
            at("2: executing \"t\" at <.Nope>: can't evaluate field Nope in type test.Alert"));
  EXPECT_EQ(run("a{{.Name.X}}"),
            at("8: executing \"t\" at <.Name.X>: can't evaluate field X in type string"));
  EXPECT_EQ(run("{{range .Value}}{{end}}"),
            at("8: executing \"t\" at <.Value>: range can't iterate over 1.5"));
  EXPECT_EQ(
      run("{{index .Items  7}}"),
      at("2: executing \"t\" at <index .Items 7>: error calling index: index out of range: 7"));
  EXPECT_EQ(run("{{repeat .Name}}"),
            at("2: executing \"t\" at <repeat>: wrong number of args for repeat: want 2 got 1"));
  EXPECT_EQ(
      run("{{repeat .Value 2}}"),
      at("9: executing \"t\" at <.Value>: wrong type for value; expected string; got float64"));
  EXPECT_EQ(run("{{repeat 3 2}}"), at("9: executing \"t\" at <3>: expected string; found 3"));
  EXPECT_EQ(
      run("{{.Name 1}}"),
      at("2: executing \"t\" at <.Name>: Name has arguments but cannot be invoked as function"));
  EXPECT_EQ(run("{{template \"x\"}}"),
            at("11: executing \"t\" at <{{template \"x\"}}>: template \"x\" not defined"));
  EXPECT_EQ(run("a\nb{{nil}}"), "template: t:2:3: executing \"t\" at <nil>: nil is not a command");
}

TEST(TemplateExecution, EndsWhatNeverEnds) {
  const std::string endless =
      run("{{define \"x\"}}{{template \"x\" .}}{{end}}{{template \"x\" .}}");
  EXPECT_NE(endless.find("exceeded maximum template depth (100)"), std::string::npos) << endless;
  const std::string large = run("{{range .Items}}{{repeat `0123456789` 2}}{{end}}", {100, 50});
  EXPECT_NE(large.find("the output exceeds 50 bytes"), std::string::npos) << large;
}

}  // namespace orchestrator_exporter::text_template
