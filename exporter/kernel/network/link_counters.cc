#include "exporter/kernel/network/link_counters.h"

namespace orchestrator_exporter {

namespace {

using Counters = rtnl_link_stats64;

}  // namespace

const std::array<LinkCounter, 24> kLinkCounters = {{
    {&Counters::rx_bytes, "node_network_receive_bytes_total", "Bytes received."},
    {&Counters::rx_packets, "node_network_receive_packets_total", "Packets received."},
    {&Counters::rx_errors, "node_network_receive_errors_total", "Packets received with any fault."},
    {&Counters::rx_dropped, "node_network_receive_dropped_total",
     "Received packets that the kernel dropped."},
    {&Counters::rx_length_errors, "node_network_receive_length_errors_total",
     "Packets received with a wrong length."},
    {&Counters::rx_over_errors, "node_network_receive_over_errors_total",
     "Packets received that did not fit the device's buffer."},
    {&Counters::rx_crc_errors, "node_network_receive_crc_errors_total",
     "Packets received with a wrong checksum."},
    {&Counters::rx_frame_errors, "node_network_receive_frame_errors_total",
     "Packets received with a wrong alignment."},
    {&Counters::rx_fifo_errors, "node_network_receive_fifo_errors_total",
     "Overruns of the receive queue."},
    {&Counters::rx_missed_errors, "node_network_receive_missed_errors_total",
     "Packets that the device missed for want of room."},
    {&Counters::rx_compressed, "node_network_receive_compressed_total",
     "Compressed packets received."},
    {&Counters::rx_nohandler, "node_network_receive_nohandler_total",
     "Received packets that nobody took, because the device is an inactive port."},
    {&Counters::multicast, "node_network_multicast_total", "Multicast packets received."},
    {&Counters::tx_bytes, "node_network_transmit_bytes_total", "Bytes sent."},
    {&Counters::tx_packets, "node_network_transmit_packets_total", "Packets sent."},
    {&Counters::tx_errors, "node_network_transmit_errors_total", "Packets not sent for any fault."},
    {&Counters::tx_dropped, "node_network_transmit_dropped_total",
     "Packets dropped on their way out."},
    {&Counters::tx_aborted_errors, "node_network_transmit_aborted_errors_total",
     "Transmissions that were aborted."},
    {&Counters::tx_carrier_errors, "node_network_transmit_carrier_errors_total",
     "Packets not sent for a lost carrier."},
    {&Counters::tx_fifo_errors, "node_network_transmit_fifo_errors_total",
     "Underruns of the transmit queue."},
    {&Counters::tx_heartbeat_errors, "node_network_transmit_heartbeat_errors_total",
     "Packets sent without the heartbeat of old Ethernet."},
    {&Counters::tx_window_errors, "node_network_transmit_window_errors_total",
     "Packets not sent for a late collision."},
    {&Counters::tx_compressed, "node_network_transmit_compressed_total",
     "Compressed packets sent."},
    {&Counters::collisions, "node_network_collisions_total", "Collisions seen while sending."},
}};

}  // namespace orchestrator_exporter
