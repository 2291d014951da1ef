#include "http/exposer.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "http/endpoints/metrics_endpoint.h"
#include "metrics/registry/prometheus_adapters.h"

namespace orchestrator_exporter::http {

namespace {

ServerOptions serverOptions(const std::string& bindAddress, std::size_t threads) {
  ServerOptions options;
  const bool isPort = bindAddress.find(':') == std::string::npos;
  options.listenAddresses = {isPort ? ":" + bindAddress : bindAddress};
  options.workers = static_cast<unsigned>(std::max<std::size_t>(threads, 1));
  return options;
}

bool isSame(const std::weak_ptr<prometheus::Collectable>& a,
            const std::weak_ptr<prometheus::Collectable>& b) {
  return !a.owner_before(b) && !b.owner_before(a);
}

}  // namespace

Exposer::Exposer(const std::string& bindAddress, std::size_t threads, const std::string& uri)
    : uri_(uri), server_(serverOptions(bindAddress, threads), routes()) {}

Exposer::~Exposer() = default;

Router Exposer::routes() {
  Router router;
  router.add("GET", uri_,
             metricsEndpoint([this](const ScrapeRequest&, Sink& out) { give(out); },
                             std::make_shared<ScrapeStatistics>()));
  return router;
}

void Exposer::check(const std::string& uri) const {
  if (uri == uri_) return;
  throw std::invalid_argument("this exposer serves " + uri_ + ", not " + uri);
}

void Exposer::RegisterCollectable(const std::weak_ptr<prometheus::Collectable>& collectable,
                                  const std::string& uri) {
  check(uri);
  const std::lock_guard lock(mutex_);
  std::erase_if(collectables_, [](const auto& other) { return other.expired(); });
  collectables_.push_back(collectable);
}

void Exposer::RemoveCollectable(const std::weak_ptr<prometheus::Collectable>& collectable,
                                const std::string& uri) {
  check(uri);
  const std::lock_guard lock(mutex_);
  std::erase_if(collectables_, [&](const auto& other) { return isSame(other, collectable); });
}

void Exposer::give(Sink& out) {
  std::vector<std::weak_ptr<prometheus::Collectable>> all;
  {
    const std::lock_guard lock(mutex_);
    all = collectables_;
  }
  for (const auto& weak : all) {
    const auto collectable = weak.lock();
    if (collectable == nullptr) continue;
    if (auto* source = dynamic_cast<Source*>(collectable.get())) {
      source->collect(out);
    } else {
      giveMetricFamilies(collectable->Collect(), out);
    }
  }
}

}  // namespace orchestrator_exporter::http
