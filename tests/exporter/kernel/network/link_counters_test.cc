#include "exporter/kernel/network/link_counters.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "metrics/base/names.h"

namespace orchestrator_exporter {

TEST(LinkCounters, AreAllOfTheKernelsCountersEachOnce) {
  // The last counter of the structure came after those that node_exporter shows.
  std::set<std::size_t> places;
  const rtnl_link_stats64 counters{};
  for (const LinkCounter& counter : kLinkCounters) {
    places.insert(
        static_cast<std::size_t>(reinterpret_cast<const char*>(&(counters.*counter.counter)) -
                                 reinterpret_cast<const char*>(&counters)));
  }
  EXPECT_EQ(places.size(), kLinkCounters.size());
  EXPECT_EQ(*places.begin(), 0u);
  EXPECT_EQ(*places.rbegin(), (kLinkCounters.size() - 1) * sizeof(__u64));
}

TEST(LinkCounters, AreCountersByTheirNames) {
  std::set<std::string_view> families;
  for (const LinkCounter& counter : kLinkCounters) {
    EXPECT_TRUE(counter.family.starts_with("node_network_")) << counter.family;
    EXPECT_TRUE(counter.family.ends_with("_total")) << counter.family;
    EXPECT_TRUE(counter.help.ends_with('.')) << counter.help;
    families.insert(counter.family);
  }
  EXPECT_EQ(families.size(), kLinkCounters.size());
}

TEST(LinkCounters, TellWhatComesFromWhatGoes) {
  for (const LinkCounter& counter : kLinkCounters) {
    rtnl_link_stats64 received{};
    received.rx_bytes = received.rx_packets = received.rx_errors = received.rx_dropped = 1;
    received.rx_length_errors = received.rx_over_errors = received.rx_crc_errors = 1;
    received.rx_frame_errors = received.rx_fifo_errors = received.rx_missed_errors = 1;
    received.rx_compressed = received.rx_nohandler = 1;
    EXPECT_EQ(counter.family.find("_receive_") != std::string_view::npos,
              received.*counter.counter == 1)
        << counter.family;
  }
}

}  // namespace orchestrator_exporter
