#pragma once

#include <cstddef>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "metrics/sink.h"

namespace orchestrator_exporter {

// Scrapes of a real host, over and over, with its counters going on. Reads lines of a name, labels
// as the text format has them, 1 for what only grows or 0, and one value for each scrape, with tabs
// between them.
class RecordedHost {
 public:
  explicit RecordedHost(const std::string& path) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      std::istringstream fields(line);
      Series series;
      std::string value;
      std::getline(fields, series.name, '\t');
      std::getline(fields, series.labels, '\t');
      std::getline(fields, value, '\t');
      series.grows = value == "1";
      while (std::getline(fields, value, '\t')) series.values.push_back(std::stod(value));
      if (series.values.empty()) throw std::runtime_error(path + ": " + line + ": no values");
      all_.push_back(std::move(series));
    }
    if (all_.empty()) throw std::runtime_error(path + ": no series");
  }

  std::size_t size() const { return all_.size(); }

  void give(Sink& out) {
    for (const Series& series : all_) {
      const std::size_t count = series.values.size();
      double value = series.values[scrape_ % count];
      if (series.grows) {
        value +=
            static_cast<double>(scrape_ / count) * (series.values.back() - series.values.front());
      }
      out.untyped(series.name, "").sink().preparedSample(value, series.labels, {});
    }
    ++scrape_;
  }

 private:
  struct Series {
    std::string name;
    std::string labels;
    bool grows = false;
    std::vector<double> values = {};
  };

  std::vector<Series> all_;
  std::size_t scrape_ = 0;
};

}  // namespace orchestrator_exporter
