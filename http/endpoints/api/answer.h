#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "http/endpoints/api/parameters.h"
#include "http/server/router.h"
#include "metrics/base/text_buffer.h"

namespace orchestrator_exporter::http {

// A request that fails as Prometheus' HTTP API tells it: a type with its status, and a text.
class ApiError : public std::runtime_error {
 public:
  enum class Type : std::uint8_t {
    kBadData,
    kExecution,
    kCanceled,
    kTimeout,
    kInternal,
    kNotFound,
    kUnavailable,
  };

  ApiError(Type type, const std::string& text) : std::runtime_error(text), type_(type) {}
  Type type() const { return type_; }

 private:
  Type type_;
};

// What an endpoint of the API answers: `data` is JSON; without any it is status 204 alone.
struct ApiAnswer {
  TextBuffer data = {};
  std::vector<std::string> warnings = {};
  std::vector<std::string> infos = {};
};

// An endpoint of the API; the request is for what its path says. Throws ApiError for one that
// fails.
using ApiEndpoint = std::function<ApiAnswer(const ApiParameters&, const Request&)>;

enum class ApiMethods : std::uint8_t { kGet, kGetAndPost };

// Adds an endpoint under /api/v1/, with the envelope {"status": ..., "data": ...} around its answer
// and its errors, the fields that let web pages of any origin read it, and an answer to OPTIONS.
void addApiEndpoint(Router& router, const std::string& path, ApiMethods methods,
                    ApiEndpoint endpoint);

// The fields that let web pages of any origin read an answer (Fetch, 3.2).
Fields corsFields();

Response apiResponse(ApiAnswer answer);
Response apiResponse(const ApiError& error);

}  // namespace orchestrator_exporter::http
