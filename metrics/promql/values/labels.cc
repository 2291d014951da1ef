#include "metrics/promql/values/labels.h"

#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::promql {

namespace {

// Goes through the pairs of a set, without the name if it is taken off.
class Pairs {
 public:
  Pairs(const LabelSet& set, bool nameless)
      : at_(set.begin()), end_(set.end()), nameless_(nameless) {
    skip();
  }

  bool atEnd() const { return at_ == end_; }
  const LabelSet::Pair& operator*() const { return *at_; }
  void next() {
    ++at_;
    skip();
  }

 private:
  void skip() {
    if (nameless_ && at_ != end_ && at_->first == kNameLabel) ++at_;
  }

  decltype(std::declval<const LabelSet&>().begin()) at_;
  decltype(std::declval<const LabelSet&>().begin()) end_;
  bool nameless_;
};

}  // namespace

std::size_t Labels::hash() const {
  std::size_t sum = 0;
  forEach([&sum](std::string_view name, std::string_view value) {
    for (const std::string_view part : {name, value}) {
      sum = sum * 0x9E3779B97F4A7C15ULL + std::hash<std::string_view>()(part);
    }
  });
  return sum;
}

bool operator==(const Labels& a, const Labels& b) {
  if (a.set_ == b.set_ && a.nameless_ == b.nameless_) return true;
  Pairs left(*a.set_, a.nameless_);
  Pairs right(*b.set_, b.nameless_);
  for (; !left.atEnd() && !right.atEnd(); left.next(), right.next()) {
    if (*left != *right) return false;
  }
  return left.atEnd() && right.atEnd();
}

bool operator<(const Labels& a, const Labels& b) {
  Pairs left(*a.set_, a.nameless_);
  Pairs right(*b.set_, b.nameless_);
  for (; !left.atEnd() && !right.atEnd(); left.next(), right.next()) {
    if (*left != *right) return *left < *right;
  }
  return left.atEnd() && !right.atEnd();
}

std::string Labels::text() const {
  std::string out = "{";
  forEach([&out](std::string_view name, std::string_view value) {
    if (out.size() > 1) out += ", ";
    out.append(name).append("=").append(quote(value));
  });
  return out + "}";
}

const std::shared_ptr<const LabelSet>& Labels::noLabels() {
  static const auto* const none =
      new std::shared_ptr<const LabelSet>(std::make_shared<const LabelSet>());
  return *none;
}

}  // namespace orchestrator_exporter::promql
