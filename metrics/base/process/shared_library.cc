#include "metrics/base/process/shared_library.h"

#include <dlfcn.h>

#include <stdexcept>

namespace orchestrator_exporter {

namespace {

// What was asked for, if it is there.
void* checked(const std::string& name, void* found) {
  if (found != nullptr) return found;
  const char* const error = dlerror();
  throw std::runtime_error(name + ": " + (error != nullptr ? error : "cannot be loaded"));
}

}  // namespace

SharedLibrary::SharedLibrary(std::string name, const char* file)
    : name_(std::move(name)), library_(checked(name_, dlopen(file, RTLD_NOW | RTLD_LOCAL))) {}

void* SharedLibrary::address(const char* symbol) const {
  return checked(name_, dlsym(library_, symbol));
}

}  // namespace orchestrator_exporter
