#pragma once

#include <string>

namespace orchestrator_exporter::http {

// A folder that only this user can enter, for as long as the object lives, with one file in it at
// most: in $RUNTIME_DIRECTORY, /run, /tmp or /dev/shm, the first that can be written.
class PrivateFolder {
 public:
  // Throws std::runtime_error that names the places, if none can be written.
  PrivateFolder();
  // Takes out everything.
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace orchestrator_exporter::http
