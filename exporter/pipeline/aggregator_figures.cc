#include "exporter/pipeline/aggregator_figures.h"

#include "exporter/pipeline/pipeline_block.h"

namespace orchestrator_exporter::pipeline {

void giveAggregatorFigures(const rules::GroupStatus& group, Sink& out) {
  if (group.definition->file != kPipelineRules) return;
  const auto input = out.counter("pipeline_aggregator_input_samples_total",
                                 "Samples that an aggregator's rule looked at.");
  const auto output = out.counter("pipeline_aggregator_output_samples_total",
                                  "Samples that an aggregator's rule recorded.");
  const auto seconds = out.counter("pipeline_aggregator_evaluation_seconds_total",
                                   "How long the evaluations of an aggregator's rule took.");
  const auto ratio =
      out.gauge("pipeline_aggregator_compression_ratio",
                "Samples that an aggregator's rule looked at for each recorded one.");
  for (const rules::RuleStatus& rule : group.rules) {
    const Label label[] = {{"rule", rule.definition->name}};
    const auto seen = static_cast<double>(rule.work.seenSamples);
    const auto given = static_cast<double>(rule.work.givenSamples);
    input.add(seen, label);
    output.add(given, label);
    seconds.add(rule.work.took.count(), label);
    if (given > 0) ratio.add(seen / given, label);
  }
}

}  // namespace orchestrator_exporter::pipeline
