#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/history/index/posting_list.h"
#include "metrics/history/index/postings.h"
#include "metrics/history/index/value_order.h"
#include "metrics/label.h"
#include "metrics/label_set.h"

namespace orchestrator_exporter::history {

// From labels to series: for each value of each label the series that have it. Holds the texts of
// all labels, each once; a series has their numbers. What may be long is given in parts, so that a
// caller can hold its lock for a part at a time; a part goes on behind the last one whatever came
// and went meanwhile. Not thread-safe.
class LabelIndex {
 public:
  // The labels of a series in the order of their names, as long as the series is in the index.
  class Labels {
   public:
    Labels() = default;
    explicit Labels(std::span<const ValueId> values);

    std::span<const ValueId> values() const {
      return words_ == nullptr ? std::span<const ValueId>() : std::span(&words_[1], words_[0]);
    }
    // What they hold beyond themselves.
    std::size_t heldBytes() const {
      return words_ == nullptr ? 0 : (words_[0] + 1) * sizeof(ValueId);
    }

   private:
    std::unique_ptr<ValueId[]> words_;  // how many there are, then these; null if none
  };

  // `series` must be greater than all before it, `labels` as in a LabelSet.
  Labels add(SeriesId series, std::span<const Label> labels);
  // Forgets the series, which are sorted, and the values and names that nobody has any more.
  // `values` are theirs, in any order.
  void remove(std::span<const SeriesId> series, std::vector<ValueId> values);

  // Appends up to `most` series greater than `after` that have the label; false behind the last.
  // Without any value of `name`, nothing is appended.
  bool appendSeries(std::string_view name, std::string_view value, SeriesId after, std::size_t most,
                    Postings& series) const;
  // How many series have the label.
  std::size_t countSeries(std::string_view name, std::string_view value) const;
  // Appends up to `most` values of the label that are greater than `after`; false behind the last.
  bool appendValues(std::string_view name, std::string_view after, std::size_t most,
                    std::vector<std::string>& values) const;
  // Of all series, sorted.
  std::vector<std::string> names() const;

  std::size_t heldBytes() const { return heldBytes_; }

  // What follows is of a series of this index. Views are valid as long as it is in it.
  LabelSet labelSet(const Labels& labels) const;
  std::vector<Label> views(const Labels& labels) const;
  bool equal(const Labels& labels, std::span<const Label> others) const;
  // Empty if there is none of this name.
  std::string_view valueOf(const Labels& labels, std::string_view name) const;

 private:
  class Value;
  struct ValueDeleter {
    void operator()(Value* value) const;
  };
  struct Name {
    std::string_view text;
    ValueOrder values;
  };

  // Null if no series has it.
  const Value* find(std::string_view name, std::string_view value) const;
  Label label(ValueId value) const;
  auto textOf() const;
  ValueId intern(const Label& label);
  ValueId make(const Name& name, std::string_view text);
  void forget(ValueId value);

  std::map<std::string, Name, std::less<>> names_;
  std::vector<std::unique_ptr<Value, ValueDeleter>> values_;  // by their numbers; null if free
  std::vector<ValueId> free_;
  std::size_t heldBytes_ = 0;
};

}  // namespace orchestrator_exporter::history
