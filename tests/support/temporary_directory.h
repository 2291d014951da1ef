#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace orchestrator_exporter::test {

// A directory that goes with all that is in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = std::filesystem::temp_directory_path() / "testXXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = name;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

  // Puts another file in the place of the one of this name, as a careful writer does, so that it
  // differs from it whatever the clock.
  void replace(const std::string& name, std::string_view content) const {
    std::ofstream(path_ / "new") << content;
    std::filesystem::rename(path_ / "new", path_ / name);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace orchestrator_exporter::test
