#pragma once

#include <string>
#include <utility>

namespace orchestrator_exporter {

// A library that is loaded when a feature asks for it, and not linked, because most processes never
// do (dlopen(3)). It stays loaded.
class SharedLibrary {
 public:
  // `file` is a name such as libssl.so.3 or a path; `name` is for messages. Throws
  // std::runtime_error, "name: reason", if it is not there or is no library.
  SharedLibrary(std::string name, const char* file);

  // Throws likewise if there is no function of this name.
  template <typename Function>
  void find(const char* symbol, Function& function) const {
    function = reinterpret_cast<Function>(address(symbol));
  }

 private:
  void* address(const char* symbol) const;

  const std::string name_;
  void* const library_;
};

}  // namespace orchestrator_exporter
