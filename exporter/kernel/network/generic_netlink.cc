#include "exporter/kernel/network/generic_netlink.h"

#include <linux/genetlink.h>

#include <cerrno>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

NetlinkRequest GenericNetlink::request(std::string name, std::uint16_t family,
                                       std::uint8_t command) {
  genlmsghdr header{};
  header.cmd = command;
  header.version = 1;
  return {std::move(name), family, header};
}

std::optional<std::uint16_t> GenericNetlink::family(std::string_view name) {
  NetlinkRequest request = GenericNetlink::request("generic netlink family " + std::string(name),
                                                   GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
  const std::string terminated(name);
  request.add(CTRL_ATTR_FAMILY_NAME, {terminated.c_str(), terminated.size() + 1});
  std::optional<std::uint16_t> number;
  const auto visit = [&](const NetlinkMessage& message) {
    number = message.attributes<genlmsghdr>().find(CTRL_ATTR_FAMILY_ID).number<std::uint16_t>();
  };
  socket_.ask(request, visit, {ENOENT, EPERM, EACCES});
  return number;
}

}  // namespace orchestrator_exporter
