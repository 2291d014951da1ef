#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace orchestrator_exporter::http {

inline constexpr std::size_t kMaxChunkExtensionBytes = 256;  // of one chunk
// Of extensions and trailer fields, which are passed over, in one body.
inline constexpr std::size_t kMaxPassedOverBytes = 16U << 10;

// Decodes a body in chunks (RFC 9112, 7.1) that comes in any pieces. Holds nothing of it.
class ChunkedBody {
 public:
  // `limit`: how many decoded bytes the body may have.
  explicit ChunkedBody(std::size_t limit) : limit_(limit) {}

  // Takes bytes as they came and appends what they hold of the body to `body`. Gives the number of
  // bytes taken: all of them but what follows the body's end.
  //
  // Throws HttpError, after which the decoder is of no more use and the connection must be closed:
  // 413 for a chunk with which the body passes its limit, before the chunk's data; 431 for too
  // long a trailer section; 400 for what is not in chunks to the letter: a size of other than 1 to
  // 16 hexadecimal digits, a line that ends in LF alone, chunk data that no CRLF follows, too long
  // extensions, trailer fields that parseRequestHead() would refuse for their form.
  std::size_t feed(std::string_view bytes, std::string& body);

  // Whether the last chunk and the trailer section were taken.
  bool done() const { return state_ == State::kDone; }

 private:
  enum class State : std::uint8_t {
    kSize,
    kBeforeExtension,  // whitespace between the size and the semicolon
    kExtension,
    kSizeLineFeed,
    kData,
    kDataCarriageReturn,
    kDataLineFeed,
    kTrailerStart,  // of a line: a field or the end
    kTrailerName,
    kTrailerValue,
    kTrailerLineFeed,
    kLastLineFeed,
    kDone,
  };

  void take(char c);
  void takeInSizeLine(char c);
  void takeInTrailers(char c);
  void takeSizeDigit(int digit);
  void passOverExtension(char c);
  void endSizeLine();

  std::size_t limit_;
  std::size_t announcedBytes_ = 0;  // by the sizes of all chunks so far
  State state_ = State::kSize;
  std::uint64_t size_ = 0;  // of the chunk; in its data what is left of it
  std::size_t sizeDigits_ = 0;
  std::size_t extensionBytes_ = 0;
  std::size_t passedOverBytes_ = 0;
};

}  // namespace orchestrator_exporter::http
