#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "metrics/pipeline/chain.h"
#include "metrics/sink.h"

namespace orchestrator_exporter::pipeline {

// One series' sample as it came and what became of it.
struct Passed {
  const LabelSet& before;
  const PassingSample& after;
  double value;  // as it came
  MetricType type;
  double created;           // Unix seconds; 0 if it is not known
  std::string_view reason;  // why it was dropped; empty if it goes on
};

// Sends samples through a chain, and what is left of them to another sink. For one collection and
// one thread; sink and chain must outlive it.
//
// Histograms and summaries pass as the series that they are to Prometheus: NAME_bucket with le,
// NAME_sum, NAME_count. One whose series all go on with the same name and labels stays a histogram;
// else what is left of its series goes on as untyped ones, without native buckets. A series that is
// like one before is dropped (duplicate).
class ChainSink final : public Sink {
 public:
  using Observer = std::function<void(const Passed&)>;
  // Where what is left of a series goes, of a histogram or summary by its NAME_count; null if it
  // does not even pass the chain.
  using Route = std::function<Sink*(const LabelSet& series)>;

  // `observer` may be empty; without a route all goes to `next`.
  ChainSink(Sink& next, Chain& chain, Time time, Observer observer, Route route = {});
  ~ChainSink() override;

  FamilySink& family(const FamilyHead& head) override;

 private:
  class Family;

  // Whether the sample goes on.
  bool pass(PassingSample& sample, MetricType type, double created);
  // Whether there is no series like it yet.
  bool isNew(const LabelSet& labels);

  Sink& next_;
  Chain& chain_;
  const Time time_;
  const Observer observer_;
  const Route route_;
  std::unordered_map<std::string, std::unique_ptr<Family>> families_;
  std::unordered_set<std::string> series_;
};

}  // namespace orchestrator_exporter::pipeline
