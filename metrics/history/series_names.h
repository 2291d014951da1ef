#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "metrics/base/text_buffer.h"
#include "metrics/label_set.h"
#include "metrics/sink.h"

namespace orchestrator_exporter::history {

// Names the series of a reading as a Prometheus stores them that scrapes it: those of histograms
// and summaries one by one, bounds and quantiles as numbers with a point (`le="1.0"`), labels that
// it gives itself ahead of those in the reading, which become `exported_…`. Give it a snapshot's
// replay().
class SeriesNames final : public Sink {
 public:
  // Called for each series in the order of Snapshot::appendValues(), with its labels as in a
  // LabelSet, valid for the call. They are empty for what a body of text would leave out: a sample
  // that is not of its family's type, names that cannot be.
  using Take = std::function<void(std::span<const Label>)>;

  // `external` are the labels that Prometheus gives: job and instance; `nameless` the families
  // that are left out (families.h).
  SeriesNames(const LabelSet& external, std::unordered_set<std::string> nameless, Take take);
  ~SeriesNames() override;

  FamilySink& family(const FamilyHead& head) override;

 private:
  class Family;

  // Prepares the labels that all series of a sample share; false if they cannot be.
  bool begin(std::span<const Label> labels);
  bool keep(const Label& label);
  void renameExposed();
  std::string_view keepText(std::string text) { return texts_.emplace_back(std::move(text)); }
  // One series of the sample that was begun: its name, and a label `bound` if that is not empty.
  void give(std::string_view name, std::string_view bound = {}, double value = 0);
  void leaveOut(std::size_t series);

  const LabelSet external_;
  const std::unordered_set<std::string> nameless_;
  const Take take_;
  std::deque<Family> families_;
  std::unordered_map<std::string_view, MetricType> types_;
  std::vector<Label> shared_;
  std::vector<Label> whole_;
  std::deque<std::string> texts_;
  TextBuffer number_;
};

}  // namespace orchestrator_exporter::history
