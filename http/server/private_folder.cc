#include "http/server/private_folder.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace orchestrator_exporter::http {

PrivateFolder::PrivateFolder() {
  std::vector<std::string> places;
  // systemd may name several, parted by colons.
  if (const char* given = std::getenv("RUNTIME_DIRECTORY")) {
    const std::string all(given);
    places.push_back(all.substr(0, all.find(':')));
  }
  for (const char* place : {"/run", "/tmp", "/dev/shm"}) places.emplace_back(place);
  std::string tried;
  for (const std::string& place : places) {
    std::string pattern = place + "/orchestrator_exporter.XXXXXX";
    if (mkdtemp(pattern.data()) != nullptr) {
      path_ = pattern;
      return;
    }
    tried += (tried.empty() ? "" : ", ") + place;
  }
  throw std::runtime_error("cannot serve: no folder for a moment's private socket, tried " + tried);
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace orchestrator_exporter::http
