#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "metrics/exposition/body_writer.h"

namespace orchestrator_exporter {

// Delimited io.prometheus.client.MetricFamily messages (client_model's metrics.proto), the only
// format that carries native histograms.
class ProtobufWriter final : public BodyWriter {
 public:
  explicit ProtobufWriter(const ExpositionOptions& options) : options_(options) {}

 protected:
  std::unique_ptr<FamilyBody> makeFamily(const FamilyHead& head, Refusals& refusals) override;

 private:
  ExpositionOptions options_;
};

}  // namespace orchestrator_exporter
