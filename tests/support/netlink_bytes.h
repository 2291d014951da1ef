#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "exporter/kernel/network/netlink.h"

// The bytes of netlink messages, put together as the kernel does.
namespace orchestrator_exporter::test {

template <typename Structure>
std::string bytesOf(const Structure& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// An attribute, padded to four bytes.
inline std::string attribute(std::uint16_t type, std::string_view payload) {
  return NetlinkRequest("", 0, nlattr{}).add(type, payload).body().substr(sizeof(nlattr));
}

template <typename Number>
requires std::is_arithmetic_v<Number> std::string attribute(std::uint16_t type, Number number) {
  return attribute(type, {reinterpret_cast<const char*>(&number), sizeof number});
}

}  // namespace orchestrator_exporter::test
