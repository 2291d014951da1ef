#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/security/tls/context.h"
#include "http/server/watched_file.h"

namespace orchestrator_exporter::http {

// The TLS context of a server that runs: made at the start, and again whenever the settings or the
// files of certificate, key or client CA have changed. Not thread-safe.
class TlsReloader {
 public:
  using Log = std::function<void(std::string_view)>;

  // Throws as TlsContext::make() does. `log` is told of a fault that comes later, once, and of its
  // end.
  TlsReloader(TlsSettings settings, bool http2, Log log);

  // The context for the next handshake, by what the configuration says now; null while that cannot
  // be used, or has no TLS any more: then the handshake must fail. Sessions keep the context that
  // they began with. Costs up to three stat(2) if nothing has changed.
  std::shared_ptr<const TlsContext> contextFor(const std::optional<TlsSettings>& settings);

 private:
  using Stamps = std::array<std::optional<FileStamp>, 3>;

  static Stamps stampsOf(const std::optional<TlsSettings>& settings);
  void make();

  const bool http2_;
  const Log log_;
  std::optional<TlsSettings> settings_;
  Stamps stamps_;
  std::shared_ptr<const TlsContext> context_;
};

}  // namespace orchestrator_exporter::http
