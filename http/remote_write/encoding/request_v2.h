#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "http/remote_write/encoding/request_form.h"

namespace orchestrator_exporter::remote_write {

// The texts of a request of 2.0, each once, the empty one first: series name theirs by place.
class SymbolTable {
 public:
  SymbolTable() { place(""); }
  // That of the fields of another.
  explicit SymbolTable(std::string_view fields);

  // The place of a text, which it gets if it has none yet.
  std::uint32_t place(std::string_view text);
  // The fields 4 of a Request.
  const std::string& fields() const { return fields_; }

 private:
  std::unordered_map<std::string, std::uint32_t> places_;
  std::string fields_;
};

// io.prometheus.write.v2.Request (remote write 2.0): labels and metadata by symbols.
class RequestV2 final : public RequestForm {
 public:
  RequestV2(const SeriesLayout& layout, const std::vector<SentSeries>& series);

  void write(const RequestValues& values, Amounts& amounts, std::string& out) const override;

 private:
  struct Range {
    std::uint32_t begin;
    std::uint32_t end;
  };
  struct Series {
    SentSeries sent;
    Range labels;    // field 1 of a TimeSeries
    Range metadata;  // field 5
  };

  Range keep(std::string_view bytes);
  std::string_view kept(const Range& range) const {
    return std::string_view(kept_).substr(range.begin, range.end - range.begin);
  }

  std::vector<Series> series_;
  std::string kept_;
  std::string symbols_;
};

}  // namespace orchestrator_exporter::remote_write
