#pragma once

#include <prometheus/collectable.h>

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "http/server/server.h"
#include "metrics/sink.h"

namespace orchestrator_exporter::http {

// Stands in for prometheus::Exposer, with its names and calls, so that a program moves over by
// changing an include and a type: its registries stay, and are served by this server and these
// writers (OpenMetrics, protobuf, gzip, families of one name joined). Any Collectable can be
// registered; one that is a Source too, such as MetricsRegistry, is read as that. Thread-safe.
class Exposer {
 public:
  // Listens on `bindAddress`, "127.0.0.1:8080" or just a port, and serves `uri`. Throws
  // std::runtime_error where it cannot. `threads` is the number of scrapers that may be connected.
  explicit Exposer(const std::string& bindAddress, std::size_t threads = 8,
                   const std::string& uri = "/metrics");
  ~Exposer();
  Exposer(const Exposer&) = delete;
  Exposer& operator=(const Exposer&) = delete;

  // A collectable is served for as long as it lives or until it is removed. Throws
  // std::invalid_argument for another uri than the constructor's: a second path is a second
  // Exposer.
  void RegisterCollectable(const std::weak_ptr<prometheus::Collectable>& collectable,
                           const std::string& uri = "/metrics");
  void RemoveCollectable(const std::weak_ptr<prometheus::Collectable>& collectable,
                         const std::string& uri = "/metrics");

  std::vector<int> GetListeningPorts() const { return server_.ports(); }

 private:
  void check(const std::string& uri) const;
  void give(Sink& out);
  Router routes();

  const std::string uri_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<prometheus::Collectable>> collectables_;
  Server server_;  // last: its threads use the others
};

}  // namespace orchestrator_exporter::http
