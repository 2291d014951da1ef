#pragma once

#include <memory>
#include <string_view>

#include "metrics/exposition/body_writer.h"
#include "metrics/exposition/text_head.h"

namespace orchestrator_exporter {

// Text 0.0.4 and 1.0.0, OpenMetrics 0.0.1 and 1.0.0.
class TextWriter final : public BodyWriter {
 public:
  explicit TextWriter(const ExpositionOptions& options) : dialect_(options) {}

 protected:
  std::unique_ptr<FamilyBody> makeFamily(const FamilyHead& head, Refusals& refusals) override;
  std::string_view trailer() const override { return dialect_.openMetrics ? "# EOF\n" : ""; }

 private:
  const TextDialect dialect_;
};

}  // namespace orchestrator_exporter
