#include "http/front/parsing/chunked_body.h"

#include <algorithm>

#include "http/front/parsing/characters.h"
#include "http/server/message.h"

namespace orchestrator_exporter::http {
namespace {

// As many as 64 bits have, so that no size overflows.
constexpr std::size_t kMaxSizeDigits = 16;

[[noreturn]] void refuse(int status, const char* reason) { throw HttpError(status, reason); }

void require(bool right, const char* reason) {
  if (!right) refuse(400, reason);
}

bool isWhitespace(char c) { return c == ' ' || c == '\t'; }

}  // namespace

std::size_t ChunkedBody::feed(std::string_view bytes, std::string& body) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !done()) {
    if (state_ != State::kData) {
      take(bytes[taken++]);
      continue;
    }
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(size_, bytes.size() - taken));
    body.append(bytes.substr(taken, wanted));
    taken += wanted;
    size_ -= wanted;
    if (size_ == 0) state_ = State::kDataCarriageReturn;
  }
  return taken;
}

void ChunkedBody::take(char c) {
  switch (state_) {
    case State::kSize:
    case State::kBeforeExtension:
    case State::kExtension:
      takeInSizeLine(c);
      break;
    case State::kSizeLineFeed:
      require(c == '\n', "a CR without LF after a chunk size");
      endSizeLine();
      break;
    case State::kDataCarriageReturn:
      require(c == '\r', "the data of a chunk is not followed by CRLF");
      state_ = State::kDataLineFeed;
      break;
    case State::kDataLineFeed:
      require(c == '\n', "the data of a chunk is not followed by CRLF");
      state_ = State::kSize;
      break;
    default:
      takeInTrailers(c);
      break;
  }
}

void ChunkedBody::takeInSizeLine(char c) {
  const int digit = hexDigit(c);
  if (state_ == State::kSize && digit >= 0) {
    takeSizeDigit(digit);
    return;
  }
  require(sizeDigits_ > 0, "a chunk does not begin with its size");
  if (c == '\r' && state_ != State::kBeforeExtension) {
    state_ = State::kSizeLineFeed;
    return;
  }
  require(c != '\n', "a chunk size ends in LF without CR");
  if (state_ != State::kExtension) {
    require(c == ';' || isWhitespace(c), state_ == State::kSize ? "a chunk size is not hexadecimal"
                                                                : "whitespace after a chunk size");
    state_ = c == ';' ? State::kExtension : State::kBeforeExtension;
  }
  passOverExtension(c);
}

void ChunkedBody::takeSizeDigit(int digit) {
  require(sizeDigits_ < kMaxSizeDigits, "a chunk size has more than 16 digits");
  ++sizeDigits_;
  size_ = size_ << 4U | static_cast<std::uint64_t>(digit);
}

void ChunkedBody::passOverExtension(char c) {
  require(isIn(ByteClass::kValue, c), "a control character in a chunk extension");
  ++extensionBytes_;
  ++passedOverBytes_;
  require(extensionBytes_ <= kMaxChunkExtensionBytes && passedOverBytes_ <= kMaxPassedOverBytes,
          "the chunk extensions are too long");
}

void ChunkedBody::endSizeLine() {
  if (size_ > limit_ - announcedBytes_) {
    throw HttpError(413, "the body is larger than " + std::to_string(limit_) + " bytes");
  }
  announcedBytes_ += static_cast<std::size_t>(size_);
  state_ = size_ == 0 ? State::kTrailerStart : State::kData;
  sizeDigits_ = 0;
  extensionBytes_ = 0;
}

void ChunkedBody::takeInTrailers(char c) {
  if (++passedOverBytes_ > kMaxPassedOverBytes) refuse(431, "the trailer fields are too long");
  switch (state_) {
    case State::kTrailerStart:
      require(!isWhitespace(c), "a trailer field is folded");
      require(c == '\r' || isIn(ByteClass::kToken, c),
              "a trailer field does not begin with a name");
      state_ = c == '\r' ? State::kLastLineFeed : State::kTrailerName;
      break;
    case State::kTrailerName:
      require(c == ':' || isIn(ByteClass::kToken, c), "the name of a trailer field is invalid");
      if (c == ':') state_ = State::kTrailerValue;
      break;
    case State::kTrailerValue:
      require(c == '\r' || isIn(ByteClass::kValue, c),
              "a control character in the value of a trailer field");
      if (c == '\r') state_ = State::kTrailerLineFeed;
      break;
    default:
      require(c == '\n', "a CR without LF after a trailer field");
      state_ = state_ == State::kTrailerLineFeed ? State::kTrailerStart : State::kDone;
      break;
  }
}

}  // namespace orchestrator_exporter::http
