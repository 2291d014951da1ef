#include "http/server/unpacking.h"

#include <isa-l/igzip_lib.h>

#include <cstdint>
#include <memory>

#include "http/server/message.h"
#include "metrics/base/errors.h"
#include "metrics/base/text_buffer.h"

namespace orchestrator_exporter::http {
namespace {

constexpr std::size_t kStep = 64U << 10;

HttpError tooLarge(std::size_t most) {
  return HttpError(413, "the body is larger than " + std::to_string(most) + " bytes unpacked");
}

}  // namespace

std::string ungzip(std::string_view packed, std::size_t most) {
  const auto state = std::make_unique<inflate_state>();
  // Grows in its place, as a string would not.
  TextBuffer plain;
  // The library does not write to its input.
  auto* next = reinterpret_cast<std::uint8_t*>(const_cast<char*>(packed.data()));
  auto left = static_cast<std::uint32_t>(packed.size());
  do {
    isal_inflate_init(state.get());
    state->crc_flag = ISAL_GZIP;
    state->next_in = next;
    state->avail_in = left;
    while (state->block_state != ISAL_BLOCK_FINISH) {
      if (plain.size() > most) throw tooLarge(most);
      state->next_out = reinterpret_cast<std::uint8_t*>(plain.reserve(kStep));
      state->avail_out = static_cast<std::uint32_t>(kStep);
      if (isal_inflate(state.get()) != ISAL_DECOMP_OK) throw ParseError("the body is not gzip");
      const std::size_t made = kStep - state->avail_out;
      plain.advance(made);
      if (made == 0 && state->avail_in == 0 && state->block_state != ISAL_BLOCK_FINISH) {
        throw ParseError("the gzip body ends early");
      }
    }
    next = state->next_in;
    left = state->avail_in;
  } while (left > 0);
  if (plain.size() > most) throw tooLarge(most);
  return std::string(plain.view());
}

}  // namespace orchestrator_exporter::http
