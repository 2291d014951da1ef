// The floor under a scrape: reads the given files through kept descriptors to their ends, again and
// again, and does nothing else. Prints the CPU time of one pass in microseconds. usage: floor PASSES
// < list of paths, one a line
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
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

}  // namespace

int main(int argc, char** argv) {
  const int passes = argc > 1 ? std::atoi(argv[1]) : 1000;
  std::vector<int> descriptors;
  for (std::string path; std::getline(std::cin, path);) {
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) descriptors.push_back(descriptor);
  }
  // No larger: for files below /proc/sys the kernel allocates as much as it is asked for.
  std::vector<char> buffer(64 << 10);
  const double before = cpuSeconds();
  for (int pass = 0; pass < passes; ++pass) {
    for (const int descriptor : descriptors) {
      ssize_t total = 0;
      ssize_t got = 0;
      while ((got = pread(descriptor, buffer.data(), buffer.size(), total)) > 0) {
        total += got;
      }
    }
  }
  std::printf("%zu files, %.1f us\n", descriptors.size(), (cpuSeconds() - before) / passes * 1e6);
}
