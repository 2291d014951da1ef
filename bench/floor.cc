// The floor under a scrape: reads the given files through kept descriptors to their ends and has
// route netlink dump the links and the neighbours, again and again, and does nothing else. Reads from standard input a path a line, an empty line, and then a
// number of passes a line; answers each number with the CPU time of all those passes in
// microseconds, and the empty line with the number of files.
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <iostream>
#include <string>
#include <vector>

namespace {

double cpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void readAll(const std::vector<int>& descriptors, std::vector<char>& buffer) {
  for (const int descriptor : descriptors) {
    ssize_t total = 0;
    ssize_t got = 0;
    while ((got = pread(descriptor, buffer.data(), buffer.size(), total)) > 0) total += got;
  }
}

// One dump of route netlink, to its last message.
void dump(int socket, std::uint16_t type, std::vector<char>& buffer) {
  struct {
    nlmsghdr header;
    rtgenmsg family;
  } request{};
  request.header.nlmsg_len = NLMSG_LENGTH(sizeof request.family);
  request.header.nlmsg_type = type;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  if (send(socket, &request, request.header.nlmsg_len, 0) < 0) return;
  while (true) {
    auto left = static_cast<int>(recv(socket, buffer.data(), buffer.size(), 0));
    if (left <= 0) return;
    for (auto* message = reinterpret_cast<nlmsghdr*>(buffer.data()); NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left)) {
      if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) return;
    }
  }
}

}  // namespace

int main() {
  std::vector<int> descriptors;
  for (std::string path; std::getline(std::cin, path) && !path.empty();) {
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) descriptors.push_back(descriptor);
  }
  std::cout << descriptors.size() << std::endl;
  // No larger: for files below /proc/sys the kernel allocates as much as it is asked for.
  std::vector<char> buffer(64 << 10);
  const int routes = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  for (int passes = 0; std::cin >> passes;) {
    const double before = cpuSeconds();
    for (int pass = 0; pass < passes; ++pass) {
      readAll(descriptors, buffer);
      dump(routes, RTM_GETLINK, buffer);
      dump(routes, RTM_GETNEIGH, buffer);
    }
    std::cout << (cpuSeconds() - before) * 1e6 << std::endl;
  }
}
