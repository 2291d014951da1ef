#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/history/index/postings.h"
#include "metrics/label.h"
#include "metrics/label_set.h"

namespace orchestrator_exporter::history {

// From labels to series: for each value of each label the series that have it. Holds the texts of
// all labels, each once. What may be long is given in parts, so that a caller can hold its lock for
// a part at a time; a part goes on behind the last one whatever came and went meanwhile. Not
// thread-safe.
class LabelIndex {
 public:
  struct Value;
  struct Name {
    std::string_view text;
    std::map<std::string, Value, std::less<>> values;
  };
  struct Value {
    const Name* name;
    std::string_view text;
    Postings series;
  };
  // The labels of a series in the order of their names, as long as the series is in the index.
  using Labels = std::vector<const Value*>;

  // `series` must be greater than all before it, `labels` as in a LabelSet.
  Labels add(SeriesId series, std::span<const Label> labels);
  // Forgets the series, which are sorted, and the values and names that nobody has any more.
  // `labels` are theirs, in any order.
  void remove(std::span<const SeriesId> series, std::vector<const Value*> labels);

  // Appends up to `most` series greater than `after` that have the label; false behind the last.
  // Without any value of `name`, nothing is appended.
  bool appendSeries(std::string_view name, std::string_view value, SeriesId after, std::size_t most,
                    Postings& series) const;
  // Appends up to `most` values of the label that are greater than `after`; false behind the last.
  bool appendValues(std::string_view name, std::string_view after, std::size_t most,
                    std::vector<std::string>& values) const;
  // Of all series, sorted.
  std::vector<std::string> names() const;

  std::size_t heldBytes() const { return heldBytes_; }

  static LabelSet labelSet(const Labels& labels);
  // The same as views of its texts.
  static std::vector<Label> views(const Labels& labels);
  static bool equal(const Labels& labels, std::span<const Label> others);
  // Empty if there is none of this name.
  static std::string_view valueOf(const Labels& labels, std::string_view name);

 private:
  Value& intern(const Label& label);

  std::map<std::string, Name, std::less<>> names_;
  std::size_t heldBytes_ = 0;
};

}  // namespace orchestrator_exporter::history
