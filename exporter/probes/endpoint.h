#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "exporter/probes/probe.h"
#include "http/endpoints/writer_pool.h"
#include "http/server/message.h"

namespace orchestrator_exporter::probes {

// What /probe does for its callers, as blackbox_exporter: `target` is looked at as `module` says
// (http_2xx if not given), within what X-Prometheus-Scrape-Timeout-Seconds leaves; `hostname` goes
// into Host and TLS; `debug=true` tells what happened instead. Thread-safe.
class ProbeEndpoint {
 public:
  // The modules of now.
  using ModulesOfNow = std::function<std::shared_ptr<const Modules>()>;

  // At most so many probes at a time; further requests are answered with 503.
  ProbeEndpoint(ModulesOfNow modules, std::shared_ptr<const Surroundings> surroundings,
                unsigned most);

  // Throws HttpError 400 for a module that there is not, and for no target.
  http::Response answer(const http::Request& request);

  std::uint64_t unknownModules() const { return unknownModules_; }

 private:
  http::Response look(const Module& module, const http::Request& request);
  http::WriterPool& writersOf(Prober prober) { return writers_[static_cast<std::size_t>(prober)]; }

  const ModulesOfNow modules_;
  const std::shared_ptr<const Surroundings> surroundings_;
  const unsigned most_;
  // For each prober, which asks for the same families again and again.
  std::array<http::WriterPool, static_cast<std::size_t>(Prober::kDns) + 1> writers_;
  std::atomic<unsigned> underWay_ = 0;
  std::atomic<std::uint64_t> unknownModules_ = 0;
};

}  // namespace orchestrator_exporter::probes
