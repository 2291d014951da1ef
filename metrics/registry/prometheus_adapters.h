#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "metrics/source.h"

namespace orchestrator_exporter {

// Hands families as prometheus-cpp collects them to a sink. Timestamps are left out.
void giveMetricFamilies(const std::vector<prometheus::MetricFamily>& families, Sink& out);

// Makes a Source of anything that prometheus-cpp can collect: a registry, a family, a client's own
// Collectable. As thread-safe as that.
class CollectableSource final : public Source {
 public:
  explicit CollectableSource(std::shared_ptr<const prometheus::Collectable> collectable)
      : collectable_(std::move(collectable)) {}

  void collect(Sink& out) override { giveMetricFamilies(collectable_->Collect(), out); }

 private:
  std::shared_ptr<const prometheus::Collectable> collectable_;
};

// Gathers samples as prometheus-cpp's structures. They have no place for units, exemplars, created
// times and native buckets, which are left out; infos and state sets become gauges. Samples of a
// name in another type than its first, second samples of a series, and names and labels outside the
// legal characters are left out too. Its text serializer writes help as it is, so backslashes and
// line breaks are escaped here.
class MetricFamilySink final : public Sink {
 public:
  MetricFamilySink();
  ~MetricFamilySink() override;

  FamilySink& family(const FamilyHead& head) override;
  // The families with samples, in the order of their first. Leaves the sink empty.
  std::vector<prometheus::MetricFamily> take();

 private:
  class Gathered;
  class Ignored;

  std::vector<std::unique_ptr<Gathered>> families_;
  std::unordered_map<std::string_view, Gathered*> byName_;
};

// Makes a Collectable of any source, so that a prometheus-cpp Exposer can serve it, this host's
// metrics included. What the source throws reaches the caller of Collect(). As thread-safe as the
// source.
class SourceCollectable final : public prometheus::Collectable {
 public:
  explicit SourceCollectable(std::shared_ptr<Source> source) : source_(std::move(source)) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    MetricFamilySink sink;
    source_->collect(sink);
    return sink.take();
  }

 private:
  std::shared_ptr<Source> source_;
};

}  // namespace orchestrator_exporter
