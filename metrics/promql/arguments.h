#pragma once

#include "metrics/promql/evaluator.h"
#include "metrics/promql/functions/function.h"

namespace orchestrator_exporter::promql {

// The arguments of a call, evaluated when the function asks for them.
class Arguments final : public CallContext {
 public:
  Arguments(Evaluator& evaluator, const Call& call) : evaluator_(evaluator), call_(call) {}

  const Call& call() const override { return call_; }
  const Steps& steps() const override { return evaluator_.steps_; }
  Annotations& annotations() override { return evaluator_.state_.annotations; }
  Budget& budget() override { return evaluator_.state_.budget; }
  bool delaysNameRemoval() const override { return evaluator_.state_.delayNameRemoval; }

  Matrix vector(std::size_t argument) override;
  Column scalar(std::size_t argument) override;
  Matrix sampleTimes(std::size_t argument) override;
  Matrix select(const std::vector<LabelMatcher>& matchers) override;
  Matrix selectTimes(const std::vector<LabelMatcher>& matchers) override;

 private:
  InstantView bounds() const;
  Matrix read(const Selector& selector, InstantView view);

  Evaluator& evaluator_;
  const Call& call_;
};

}  // namespace orchestrator_exporter::promql
