#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "metrics/exposition/body_writer.h"
#include "metrics/exposition/text_family.h"

namespace orchestrator_exporter {

// Text 0.0.4 and 1.0.0, OpenMetrics 0.0.1 and 1.0.0.
class TextWriter final : public BodyWriter {
 public:
  explicit TextWriter(const ExpositionOptions& options) : dialect_(options) {}

 protected:
  std::unique_ptr<FamilyBody> makeFamily(const FamilyHead& head, Refusals& refusals) override;
  void arrange(std::vector<FamilyBody*>& families, Refusals& refusals) override;
  std::string_view trailer() const override { return dialect_.openMetrics ? "# EOF\n" : ""; }

 private:
  static int rank(const FamilyBody& family);
  void settleNames(const std::vector<FamilyBody*>& families);

  TextDialect dialect_;
  std::vector<FamilyBody*> arranged_;
  std::unordered_set<const FamilyBody*> refused_;
};

}  // namespace orchestrator_exporter
