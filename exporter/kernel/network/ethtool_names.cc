#include "exporter/kernel/network/ethtool_names.h"

#include <algorithm>
#include <map>
#include <set>

#include "exporter/kernel/network/metric_words.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kPrefix = "node_ethtool_";

// Statistics that have a counter's name, though they are of no type.
constexpr std::string_view kTotals[] = {"rx_bytes", "rx_dropped", "rx_errors", "rx_packets",
                                        "tx_bytes", "tx_errors",  "tx_packets"};

// The name behind the prefix; empty if no character of it is legal.
std::string wordsOf(std::string_view legalName) {
  std::string lower(legalName);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return 'A' <= c && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c;
  });
  const std::string words(lower, std::min(lower.find_first_not_of('_'), lower.size()));
  return replaceWord(replaceWord(words, "rx", "received"), "tx", "transmitted");
}

}  // namespace

std::vector<EthtoolSample> nameStatistics(const std::vector<EthtoolStatistic>& statistics,
                                          const std::function<bool(std::string_view)>& takes) {
  std::map<std::string_view, std::uint64_t> values;
  for (const EthtoolStatistic& statistic : statistics) values[statistic.name] = statistic.value;

  std::map<std::string, EthtoolSample> samples;
  std::set<std::string> ambiguous;
  for (const auto& [name, value] : values) {
    const std::string legalName = metricWords(name);
    const std::string words = wordsOf(legalName);
    if (words.empty() || !takes(legalName)) continue;
    const bool total = std::find(std::begin(kTotals), std::end(kTotals), name) != std::end(kTotals);
    EthtoolSample sample{std::string(kPrefix) + words + (total ? "_total" : ""),
                         static_cast<double>(value)};
    if (!samples.emplace(words, std::move(sample)).second) ambiguous.insert(words);
  }

  std::vector<EthtoolSample> unambiguous;
  for (auto& [words, sample] : samples) {
    if (!ambiguous.contains(words)) unambiguous.push_back(std::move(sample));
  }
  return unambiguous;
}

}  // namespace orchestrator_exporter
