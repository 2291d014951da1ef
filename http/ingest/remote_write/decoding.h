#pragma once

#include <string_view>

#include "http/ingest/remote_write/write_request.h"

namespace orchestrator_exporter::http::remote_write {

// Decoders of the messages of remote write (Prometheus, prompb/remote.proto and
// prompb/io/prometheus/write/v2/types.proto). Both throw ParseError for bytes that are no such
// message; the bytes must outlive what they give. Unknown fields are passed over.

// 1.0: prometheus.WriteRequest.
WriteRequest decodeWriteRequest(std::string_view bytes);
// 2.0: io.prometheus.write.v2.Request, whose series name their labels by places in one table of
// texts.
WriteRequest decodeWriteRequest2(std::string_view bytes);

}  // namespace orchestrator_exporter::http::remote_write
