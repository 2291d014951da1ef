#include "http/security/tls/reloader.h"

#include <cstddef>
#include <stdexcept>
#include <utility>

namespace orchestrator_exporter::http {

TlsReloader::TlsReloader(TlsSettings settings, bool http2, Log log)
    : http2_(http2),
      log_(std::move(log)),
      settings_(std::move(settings)),
      stamps_(stampsOf(settings_)) {
  make();
}

std::shared_ptr<const TlsContext> TlsReloader::contextFor(
    const std::optional<TlsSettings>& settings) {
  const Stamps stamps = stampsOf(settings);
  if (settings == settings_ && stamps == stamps_) return context_;
  // Taken before the files are read: what is written meanwhile is seen the next time.
  stamps_ = stamps;
  settings_ = settings;
  const bool wasFaulty = context_ == nullptr;
  try {
    make();
    if (wasFaulty && log_) log_("TLS: handshakes are possible again");
  } catch (const std::runtime_error& error) {
    context_ = nullptr;
    if (log_) log_(std::string("TLS: no handshake is possible: ") + error.what());
  }
  return context_;
}

TlsReloader::Stamps TlsReloader::stampsOf(const std::optional<TlsSettings>& settings) {
  Stamps stamps;
  if (!settings) return stamps;
  std::size_t next = 0;
  for (const PemSource* source : {&settings->certificate, &settings->key, &settings->clientCa}) {
    if (!source->file.empty()) stamps[next] = stampOf(source->file);
    ++next;
  }
  return stamps;
}

void TlsReloader::make() {
  if (!settings_) {
    throw std::runtime_error("the configuration turns TLS off, which needs a restart");
  }
  context_ = TlsContext::make(*settings_, http2_);
}

}  // namespace orchestrator_exporter::http
