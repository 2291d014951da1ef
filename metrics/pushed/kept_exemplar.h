#pragma once

#include <array>
#include <memory>
#include <string>

#include "metrics/pushed/point.h"
#include "metrics/sample.h"

namespace orchestrator_exporter {

// An exemplar that outlives its push. shown() points into it.
class KeptExemplar {
 public:
  void keep(const PushedExemplar& exemplar) {
    traceId_ = exemplar.traceId;
    spanId_ = exemplar.spanId;
    std::size_t count = 0;
    if (!spanId_.empty()) labels_[count++] = {"span_id", spanId_};
    if (!traceId_.empty()) labels_[count++] = {"trace_id", traceId_};
    shown_ = {std::span(labels_).first(count), exemplar.value, exemplar.timestamp};
  }
  const Exemplar* shown() const { return shown_.labels.empty() ? nullptr : &shown_; }

  KeptExemplar() = default;
  KeptExemplar(const KeptExemplar&) = delete;
  KeptExemplar& operator=(const KeptExemplar&) = delete;

 private:
  std::string traceId_;
  std::string spanId_;
  std::array<Label, 2> labels_ = {};
  Exemplar shown_ = {};
};

}  // namespace orchestrator_exporter
