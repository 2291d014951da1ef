#include <algorithm>
#include <array>
#include <cmath>

#include "metrics/promql/functions/families.h"

namespace orchestrator_exporter::promql {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view takeNumber(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && isDigit(text[end])) ++end;
  std::string_view number = text.substr(0, end);
  text.remove_prefix(end);
  return number;
}

// As people sort: runs of digits by their number.
int compareNaturally(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (isDigit(a.front()) && isDigit(b.front())) {
      std::string_view x = takeNumber(a);
      std::string_view y = takeNumber(b);
      const std::size_t zerosX = std::min(x.find_first_not_of('0'), x.size());
      const std::size_t zerosY = std::min(y.find_first_not_of('0'), y.size());
      x.remove_prefix(zerosX);
      y.remove_prefix(zerosY);
      if (x.size() != y.size()) return x.size() < y.size() ? -1 : 1;
      if (const int order = x.compare(y); order != 0) return order;
      if (zerosX != zerosY) return zerosX < zerosY ? -1 : 1;
      continue;
    }
    if (a.front() != b.front()) {
      return static_cast<unsigned char>(a.front()) < static_cast<unsigned char>(b.front()) ? -1 : 1;
    }
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  if (a.empty() && b.empty()) return 0;
  return a.empty() ? -1 : 1;
}

// A range query has no order.
template <class Less>
Matrix sorted(CallContext& context, Matrix matrix, Less less) {
  if (context.steps().count() == 1) std::stable_sort(matrix.begin(), matrix.end(), less);
  return matrix;
}

template <bool descending>
Matrix byValue(CallContext& context) {
  // Histograms have no order: they are left out.
  Matrix matrix = context.vector(0);
  keepNumbers(matrix);
  mergeDuplicates(matrix);
  return sorted(context, std::move(matrix), [](const Series& a, const Series& b) {
    const double x = a.points.front();
    const double y = b.points.front();
    if (std::isnan(x) || std::isnan(y)) return !std::isnan(x) && std::isnan(y);
    return descending ? x > y : x < y;
  });
}

template <bool descending>
Matrix byLabel(CallContext& context) {
  Matrix matrix = context.vector(0);
  return sorted(context, std::move(matrix), [&context](const Series& first, const Series& second) {
    const Series& a = descending ? second : first;
    const Series& b = descending ? first : second;
    for (std::size_t i = 1; i < context.size(); ++i) {
      const std::string& label = context.string(i);
      if (const int order = compareNaturally(a.labels.get(label), b.labels.get(label));
          order != 0) {
        return order < 0;
      }
    }
    return a.labels < b.labels;
  });
}

constexpr std::array<VectorFunction, 4> kFunctions = {{
    {"sort", byValue<false>},
    {"sort_desc", byValue<true>},
    {"sort_by_label", byLabel<false>},
    {"sort_by_label_desc", byLabel<true>},
}};

}  // namespace

std::span<const VectorFunction> sortFunctions() { return kFunctions; }

}  // namespace orchestrator_exporter::promql
