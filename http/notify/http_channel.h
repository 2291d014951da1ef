#pragma once

#include <string>
#include <utility>
#include <vector>

#include "http/client/client_settings.h"
#include "http/client/requester.h"
#include "http/notify/channel.h"
#include "http/notify/on_demand.h"

namespace orchestrator_exporter::http::notify {

// Where an HTTP receiver is and how it is spoken to. The URL is a secret: its path often is.
struct HttpTarget {
  Secret url = {};
  ClientSettings settings = {};
};

// A channel that posts JSON.
class HttpChannel : public Channel {
 public:
  explicit HttpChannel(HttpTarget target);
  ~HttpChannel() override;

  void cancel() override { client_.cancel(); }

 protected:
  // Posts a body; `judge` may say of an answer of 2xx that it is none, or make more of another.
  using Headers = std::vector<std::pair<std::string, std::string>>;
  Outcome post(const std::string& body, const Headers& headers = {});
  // For an answer. By default 2xx is sent; 5xx, 429 and 408 are for another try.
  virtual Outcome judge(const ClientAnswer& answer) const;

 private:
  const HttpTarget target_;
  OnDemand<Requester, ClientSettings> client_;
};

// What an answer of the usual kind means, with its Retry-After.
Outcome outcomeOf(const ClientAnswer& answer);

}  // namespace orchestrator_exporter::http::notify
