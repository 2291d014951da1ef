#include "metrics/promql/syntax/token_stream.h"

#include <string>

namespace orchestrator_exporter::promql {

void TokenStream::unexpected(std::string_view context, std::string_view expected) {
  std::string text = "unexpected " + description(peek());
  if (!context.empty()) text.append(" in ").append(context);
  if (!expected.empty()) text.append(", expected ").append(expected);
  fail(peek().begin, text);
}

}  // namespace orchestrator_exporter::promql
