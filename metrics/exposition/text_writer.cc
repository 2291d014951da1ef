#include "metrics/exposition/text_writer.h"

#include "metrics/exposition/text_family.h"

namespace orchestrator_exporter {

std::unique_ptr<FamilyBody> TextWriter::makeFamily(const FamilyHead& head, Refusals& refusals) {
  return std::make_unique<TextFamily>(head, refusals, dialect_);
}

}  // namespace orchestrator_exporter
