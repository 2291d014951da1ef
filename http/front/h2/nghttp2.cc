#include "http/front/h2/nghttp2.h"

#include "metrics/base/process/shared_library.h"

namespace orchestrator_exporter::http::h2 {
namespace {

Nghttp2 load() {
  const SharedLibrary library("libnghttp2", "libnghttp2.so.14");
  Nghttp2 functions{};
#define ORCHESTRATOR_EXPORTER_FIND(function) library.find(#function, functions.function)
  ORCHESTRATOR_EXPORTER_NGHTTP2(ORCHESTRATOR_EXPORTER_FIND);
#undef ORCHESTRATOR_EXPORTER_FIND
  return functions;
}

}  // namespace

const Nghttp2& nghttp2() {
  static const Nghttp2 functions = load();
  return functions;
}

}  // namespace orchestrator_exporter::http::h2
