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

std::string identityOf(const std::vector<Link>& links) {
  std::string identity;
  for (const Link& link : links) {
    identity.append(link.name).append("\n").append(std::to_string(link.index)).append("\n");
    identity.append(hardwareAddressText(link.address)).append("\n");
  }
  return identity;
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

const std::vector<Link>* DeviceLinks::read(Kernel& kernel,
                                           const std::vector<std::string_view>& names) {
  if (!kernel.readsRunningKernel()) return nullptr;
  if (pauses_ > 0) {
    --pauses_;
    return nullptr;
  }
  try {
    links_ = routes_.links();
    std::ranges::sort(links_, {}, &Link::name);
    if (areThose(kernel, names)) return &links_;
  } catch (const ReadError&) {
    // As with a difference: the files are there.
  }
  compared_.clear();
  pauses_ = kPauses;
  return nullptr;
}

bool DeviceLinks::areThose(Kernel& kernel, const std::vector<std::string_view>& names) {
  const auto sameName = [](const Link& link, std::string_view name) { return link.name == name; };
  if (!std::ranges::equal(links_, names, sameName)) return false;
  std::string identity = identityOf(links_);
  if (identity == compared_) return true;
  if (!std::ranges::all_of(links_, [&](const Link& link) { return saysTheSame(kernel, link); })) {
    return false;
  }
  compared_ = std::move(identity);
  return true;
}

}  // namespace orchestrator_exporter
