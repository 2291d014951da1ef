#pragma once

#include <unistd.h>

#include <string>
#include <utility>

namespace orchestrator_exporter {

// Owns a file descriptor and closes it; negative if there is none.
class Descriptor {
 public:
  explicit Descriptor(int descriptor = -1) : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Descriptor() {
    if (isOpen()) close(descriptor_);
  }

  int get() const { return descriptor_; }
  bool isOpen() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

// Opens a directory to list it or to open what lies in it. Not open, with errno set, if it cannot.
Descriptor openDirectory(const std::string& path);

}  // namespace orchestrator_exporter
