#include "exporter/kernel/network/link_modes.h"

#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>

namespace orchestrator_exporter {

namespace {

LinkMode readLinkMode(const NetlinkMessage& message) {
  const NetlinkAttributes attributes = message.attributes<genlmsghdr>();
  const NetlinkAttributes header(attributes.find(ETHTOOL_A_LINKMODES_HEADER).payload);
  return {
      std::string(header.find(ETHTOOL_A_HEADER_DEV_NAME).text()),
      attributes.find(ETHTOOL_A_LINKMODES_SPEED).number<std::uint32_t>().value_or(0),
      attributes.find(ETHTOOL_A_LINKMODES_DUPLEX).number<std::uint8_t>().value_or(DUPLEX_UNKNOWN)};
}

}  // namespace

std::vector<LinkMode> readLinkModes(GenericNetlink& netlink) {
  std::vector<LinkMode> modes;
  const auto family = netlink.family(ETHTOOL_GENL_NAME);
  if (!family) return modes;
  netlink.socket().dump(
      GenericNetlink::request("ethtool LINKMODES_GET", *family, ETHTOOL_MSG_LINKMODES_GET),
      [&] { modes.clear(); },
      [&](const NetlinkMessage& message) { modes.push_back(readLinkMode(message)); });
  return modes;
}

}  // namespace orchestrator_exporter
