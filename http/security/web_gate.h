#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "http/front/gate.h"
#include "http/security/passwords.h"
#include "http/security/rate_limit.h"
#include "http/security/tls/reloader.h"
#include "http/security/web_config_file.h"

namespace orchestrator_exporter::http {

class Transport;

// The file of --web.config.file at work, in its order for one request: 500 while the file is at
// fault, 429 above the rate limit, then the configured fields, then 401 for whoever is no user.
// admit() and transport() are for the front's thread.
class WebGate final : public Gate {
 public:
  using Log = std::function<void(std::string_view)>;

  // Throws as WebConfigFile and TlsReloader do, for a file that is at fault from the start.
  WebGate(const std::string& path, Log log);
  ~WebGate() override;
  WebGate(const WebGate&) = delete;
  WebGate& operator=(const WebGate&) = delete;

  Admission admit(const RequestHead& head, const Peer& peer,
                  std::function<void(Admission)> later) override;

  // How the bytes of an accepted socket get through: by TLS if the file turned it on at the start.
  std::unique_ptr<Transport> transport(int socket);
  bool hasTls() const { return tls_ != nullptr; }

 private:
  // A request whose password is being compared.
  struct Waiting {
    std::function<void(Admission)> later;
    Fields more;
    std::string address;
  };

  void decide(std::uint64_t token, Verdict verdict);
  Admission admission(Verdict verdict, Fields more, std::string_view address) const;

  const Log log_;
  WebConfigFile file_;
  RateLimiter limiter_;  // as the file said at the start
  std::unique_ptr<TlsReloader> tls_;
  std::mutex mutex_;  // guards what follows
  std::uint64_t lastToken_ = 0;
  std::map<std::uint64_t, Waiting> waiting_;
  std::unique_ptr<PasswordChecker> passwords_;  // last: tells decide()
};

}  // namespace orchestrator_exporter::http
