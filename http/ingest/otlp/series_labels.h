#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/ingest/otlp/decoding/data.h"
#include "http/ingest/otlp/dropped_attributes.h"
#include "http/ingest/otlp/sender.h"
#include "metrics/pushed/point.h"

namespace orchestrator_exporter::http::otlp {

// How attributes become labels.
struct LabelRules {
  DroppedAttributes dropped = {};
  std::vector<std::string> promoted = {};  // attributes of the resource that become labels
  bool hostLabel = false;
};

// The labels of the series that a point belongs to: its attributes but for the dropped ones,
// service_name and orchestrator_id, what is promoted. Two attributes of one label name are joined
// by semicolons, in the order of their names. What it is made of must outlive it.
class PointLabels final : public SeriesLabels {
 public:
  PointLabels(const LabelRules& rules, const Sender& sender, std::span<const Attribute> resource,
              std::span<const Attribute> point, MetricKind kind)
      : rules_(rules), sender_(sender), resource_(resource), point_(point), kind_(kind) {}

  void append(TextBuffer& out) const override;
  // More labels than a series may have.
  bool areTooMany() const;

 private:
  using Pair = std::pair<std::string, std::string>;

  std::vector<Pair> pairs() const;
  void addAttribute(std::vector<Pair>& pairs, const Attribute& attribute) const;

  const LabelRules& rules_;
  const Sender& sender_;
  const std::span<const Attribute> resource_;
  const std::span<const Attribute> point_;
  const MetricKind kind_;
};

}  // namespace orchestrator_exporter::http::otlp
