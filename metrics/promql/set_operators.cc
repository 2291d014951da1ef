#include "metrics/promql/set_operators.h"

#include <string>
#include <unordered_map>
#include <utility>

#include "metrics/promql/grouping.h"

namespace orchestrator_exporter::promql {

namespace {

// At which steps a vector has an element, by key.
class Presence {
 public:
  Presence(const Matrix& matrix, const Grouping& grouping) : grouping_(grouping) {
    for (const Series& series : matrix) {
      std::vector<char>& steps = byKey_[grouping.key(series.labels)];
      steps.resize(series.points.size(), 0);
      for (std::size_t i = 0; i < steps.size(); ++i) {
        if (series.has(i)) steps[i] = 1;
      }
    }
  }

  // Takes out of the series the values at steps where an element of its key is, or is not.
  void remove(Matrix& matrix, bool ifPresent) const {
    for (Series& series : matrix) {
      const auto found = byKey_.find(grouping_.key(series.labels));
      for (std::size_t i = 0; i < series.points.size(); ++i) {
        const bool present = found != byKey_.end() && found->second[i] != 0;
        if (present == ifPresent) series.set(i, {});
      }
    }
  }

 private:
  const Grouping& grouping_;
  std::unordered_map<std::string, std::vector<char>> byKey_;
};

}  // namespace

Matrix combineSets(const BinaryOperation& operation, Matrix left, Matrix right) {
  const Grouping grouping(operation.matching->labels, operation.matching->on);
  if (operation.op == TokenKind::kOr) {
    Presence(left, grouping).remove(right, true);
    for (Series& series : right) left.push_back(std::move(series));
  } else {
    Presence(right, grouping).remove(left, operation.op == TokenKind::kUnless);
  }
  mergeDuplicates(left);
  return left;
}

}  // namespace orchestrator_exporter::promql
