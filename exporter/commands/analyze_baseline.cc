#include <memory>

#include "exporter/commands/analysis_source.h"
#include "exporter/commands/command.h"
#include "exporter/commands/findings_text.h"
#include "exporter/commands/times.h"
#include "metrics/analysis/findings/baseline_store.h"
#include "metrics/analysis/findings/json.h"
#include "metrics/analysis/texts.h"

// analyze baseline: what is usual of each signal, kept under a name to compare with later.

namespace orchestrator_exporter::commands {

namespace {

using analysis::BaselineStore;
using analysis::Findings;
using analysis::SignalFinding;
using analysis::valueWords;

class AnalyzeBaseline final : public Command {
 public:
  void declare(CommandLine& line) override {
    flags_.declare(line);
    line.add({"storage.path", "DIRECTORY",
              "The directory of state that named baselines are kept in, in state.db."},
             directory_);
    line.add({"format", "WORD", "text, json or csv. Default: text"}, format_);
    line.add({"fail-on", "CONDITION", "End with status 3 if there is a regression."},
             [this](const std::string& given) {
               if (given != "regression") {
                 throw UsageError("--fail-on: expected regression, got '" + given + "'");
               }
               failOnRegression_ = true;
             });
  }

  int run(const std::vector<std::string>& arguments) override {
    if (format_ != "text" && format_ != "json" && format_ != "csv") {
      throw UsageError("--format: expected text, json or csv, got '" + format_ + "'");
    }
    if (arguments.empty()) return show();
    const std::string& action = arguments[0];
    if (action == "list" && arguments.size() == 1) return list();
    if (arguments.size() == 2 && !arguments[1].empty()) {
      if (action == "save") return save(arguments[1]);
      if (action == "delete") return remove(arguments[1]);
      if (action == "compare") return compare(arguments[1]);
    }
    throw UsageError("expected nothing, list, save NAME, compare NAME or delete NAME");
  }

 private:
  BaselineStore store() const {
    if (directory_.empty()) throw UsageError("--storage.path: expected a directory");
    return BaselineStore(directory_);
  }

  Findings find(bool samples) const {
    const AnalysisSource source = flags_.open();
    analysis::Investigation wanted = flags_.investigation(source);
    wanted.baselines = true;
    wanted.samples = samples;
    wanted.horizons.clear();
    Findings findings = flags_.find(source, wanted);
    for (const std::string& warning : findings.warnings) {
      std::fprintf(stderr, "warning: %s\n", warning.c_str());
    }
    return findings;
  }

  int show() const {
    const Findings findings = find(false);
    flags_.write(format_ == "json"  ? analysis::baselinesJson(findings) + "\n"
                 : format_ == "csv" ? csvText(baselineRows(findings))
                                    : baselinesText(findings));
    return status(findings);
  }

  int save(const std::string& name) const {
    BaselineStore kept = store();
    const Findings findings = find(true);
    for (const SignalFinding& one : findings.signals) {
      kept.save({name, one.name, findings.end}, *one.baseline, one.track.values);
    }
    std::printf("%zu signals kept as %s\n", findings.signals.size(), name.c_str());
    return kDone;
  }

  int list() const {
    std::vector<Row> rows = {{"NAME", "SIGNAL", "SAVED"}};
    for (const analysis::StoredName& one : store().list()) {
      rows.push_back({one.name, one.signal, isoText(one.saved)});
    }
    flags_.write(format_ == "csv" ? csvText(rows) : tableText(rows));
    return kDone;
  }

  int remove(const std::string& name) const {
    const std::size_t count = store().remove(name);
    if (count == 0) throw std::runtime_error("there is no baseline " + name);
    std::printf("%zu signals of %s deleted\n", count, name.c_str());
    return kDone;
  }

  // The time that is looked at against what was kept.
  int compare(const std::string& name) const {
    BaselineStore kept = store();
    Findings findings = find(true);
    std::size_t known = 0;
    std::vector<Row> rows = {{"SIGNAL", "SHIFT", "NEEDED", "P", "DELTA", ""}};
    for (SignalFinding& one : findings.signals) {
      const auto old = kept.load(name, one.name, analysis::utc);
      if (!old) continue;
      ++known;
      one.baseline = std::make_shared<const analysis::Baseline>(old->baseline);
      one.regression = analysis::regressionOf(one.signal, old->values, one.track.values);
      const analysis::Regression& regression = one.regression;
      rows.push_back({one.name, valueWords(regression.shift, one.signal.unit),
                      valueWords(regression.needed, one.signal.unit),
                      valueWords(regression.ranks.p), valueWords(regression.ranks.cliffDelta),
                      regression.worse ? "worse" : ""});
    }
    if (known == 0) throw std::runtime_error("there is no baseline " + name + " of these signals");
    flags_.write(format_ == "json"  ? analysis::baselinesJson(findings) + "\n"
                 : format_ == "csv" ? csvText(rows)
                                    : tableText(rows));
    return status(findings);
  }

  int status(const Findings& findings) const {
    for (const SignalFinding& one : findings.signals) {
      if (failOnRegression_ && one.regression.worse) return kConditionMet;
    }
    return kDone;
  }

  AnalysisFlags flags_;
  std::string directory_;
  std::string format_ = "text";
  bool failOnRegression_ = false;
};

const RegisterCommand baseline{{
    .name = "analyze baseline",
    .arguments = "[list | save NAME | compare NAME | delete NAME]",
    .least = 0,
    .most = 2,
    .help = "Tells what is usual of each signal at each hour of the week, and whether the newest "
            "hour is worse than those of earlier weeks; keeps that under a name, and compares "
            "another time with it.",
    .make = [] { return std::make_unique<AnalyzeBaseline>(); },
}};

}  // namespace

}  // namespace orchestrator_exporter::commands
