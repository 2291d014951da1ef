#include "metrics/exposition/text_head.h"

#include <string>

#include "metrics/base/names.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

void appendName(TextBuffer& out, std::string_view name) {
  if (isLegalMetricName(name)) {
    out.append(name);
    return;
  }
  out.append('"');
  appendEscaped(out, name, true);
  out.append('"');
}

void beginLine(TextBuffer& out, std::string_view word, std::string_view name) {
  out.append("# ");
  out.append(word);
  out.append(' ');
  appendName(out, name);
  out.append(' ');
}

void appendType(TextBuffer& out, std::string_view name, std::string_view word) {
  beginLine(out, "TYPE", name);
  out.append(word);
  out.append('\n');
}

bool mayHaveUnit(MetricType type) {
  return type != MetricType::kInfo && type != MetricType::kStateSet;
}

}  // namespace

TextDialect::TextDialect(const ExpositionOptions& options)
    : openMetrics(options.format == Format::kOpenMetrics001 ||
                  options.format == Format::kOpenMetrics100),
      created(openMetrics && options.openMetricsCreated),
      escaping(options.escaping) {
  const bool canQuote =
      options.format == Format::kText100 || options.format == Format::kOpenMetrics100;
  if (escaping == Escaping::kAllowUtf8 && !canQuote) escaping = Escaping::kUnderscores;
}

std::string_view typeWord(MetricType type, bool openMetrics) {
  switch (type) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kUntyped:
      return openMetrics ? "unknown" : "untyped";
    case MetricType::kHistogram:
      return "histogram";
    case MetricType::kSummary:
      return "summary";
    case MetricType::kInfo:
      return openMetrics ? "info" : "gauge";
    case MetricType::kStateSet:
      return openMetrics ? "stateset" : "gauge";
  }
  return "untyped";
}

void appendHead(TextBuffer& out, const TextDialect& dialect, std::string_view name, MetricType type,
                std::string_view unit, std::string_view help) {
  const std::string_view word = typeWord(type, dialect.openMetrics);
  if (dialect.openMetrics) {
    appendType(out, name, word);
    const bool unitFits = !unit.empty() && name.ends_with("_" + std::string(unit));
    if (unitFits && mayHaveUnit(type)) {
      beginLine(out, "UNIT", name);
      out.append(unit);
      out.append('\n');
    }
  }
  beginLine(out, "HELP", name);
  appendEscaped(out, help, dialect.openMetrics);
  out.append('\n');
  if (!dialect.openMetrics) appendType(out, name, word);
}

}  // namespace orchestrator_exporter
