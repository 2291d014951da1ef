#include "exporter/kernel/network/network_class.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "exporter/kernel/attribute.h"
#include "exporter/kernel/network/address_text.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kNetworkClass = "sys/class/net";

// False for plain files, and for what a link leads to that is gone.
bool isDevice(const Kernel& kernel, std::string_view path) {
  struct stat status {};
  return stat(kernel.resolve(path).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// After a refusal or a difference: what keeps the two apart seldom changes.
constexpr std::size_t kPauses = 100;

bool isOneDevice(const Link& one, const Link& other) {
  return one.index == other.index && one.name == other.name && one.address == other.address;
}

bool saysTheSame(Kernel& kernel, const Link& link) {
  const auto file = [&](std::string_view attribute) {
    return networkAttribute(kernel, link.name, attribute).value_or("");
  };
  return file("ifindex") == std::to_string(link.index) &&
         file("address") == hardwareAddressText(link.address) &&
         file("mtu") == std::to_string(link.mtu) &&
         file("tx_queue_len") == std::to_string(link.queueLength) &&
         (!link.carrierChanges || file("carrier_changes") == std::to_string(*link.carrierChanges));
}

}  // namespace

std::optional<std::vector<std::string_view>> networkDevices(Kernel& kernel) {
  auto names = kernel.list(kNetworkClass, {EACCES, EPERM}, Kernel::Listed::kNoPlainFiles);
  // The links of a running kernel lead to devices, or to what went away just now.
  if (names && !kernel.readsRunningKernel()) {
    std::erase_if(*names, [&](std::string_view name) {
      return !isDevice(kernel, kernel.path(kNetworkClass, "/", name));
    });
  }
  return names;
}

std::optional<std::string_view> networkAttribute(Kernel& kernel, std::string_view device,
                                                 std::string_view attribute) {
  return readAttribute(kernel, kernel.path(kNetworkClass, "/", device, "/", attribute),
                       {EACCES, EPERM, EINVAL, EOPNOTSUPP, EISDIR, ENODEV});
}

const std::vector<Link>& networkLinks(Kernel& kernel, RouteNetlink& routes) {
  return kernel.shared<std::vector<Link>>([&] { return routes.links(); });
}

std::optional<std::vector<const Link*>> DeviceLinks::read(
    Kernel& kernel, const std::vector<std::string_view>& names) {
  if (!kernel.readsRunningKernel()) return std::nullopt;
  if (pauses_ > 0) {
    --pauses_;
    return std::nullopt;
  }
  try {
    const std::vector<Link>& links = networkLinks(kernel, routes_);
    std::vector<const Link*> sorted;
    for (const Link& link : links) sorted.push_back(&link);
    std::ranges::sort(sorted, {}, &Link::name);
    if (std::ranges::equal(sorted, names, {}, &Link::name) && areTheSame(kernel, links)) {
      return sorted;
    }
  } catch (const ReadError&) {
    // As with a difference: the files are there.
  }
  compared_.clear();
  pauses_ = kPauses;
  return std::nullopt;
}

bool DeviceLinks::areTheSame(Kernel& kernel, const std::vector<Link>& links) {
  if (std::ranges::equal(links, compared_, isOneDevice)) return true;
  if (!std::ranges::all_of(links, [&](const Link& link) { return saysTheSame(kernel, link); })) {
    return false;
  }
  compared_ = links;
  return true;
}

}  // namespace orchestrator_exporter
