#pragma once

#include <string>
#include <vector>

#include "http/server/message.h"

namespace orchestrator_exporter::http::browser {

// From which origins web pages may send beacons: this server's own, and those that are listed,
// exactly as browsers write them ("https://shop.example"), or all if `*` is listed.
class Origins {
 public:
  explicit Origins(std::vector<std::string> allowed) : allowed_(std::move(allowed)) {}

  // The fields that let the page read the answer. Throws HttpError 403 for a page of another
  // origin. What names no origin is no page's, unless the browser calls it cross-site.
  Fields check(const Request& request) const;

 private:
  bool allowsAll() const;

  const std::vector<std::string> allowed_;
};

}  // namespace orchestrator_exporter::http::browser
