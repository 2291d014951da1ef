#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/security/sha256.h"
#include "http/server/watched_file.h"

namespace orchestrator_exporter::http {

// The tokens of a file, one a line; blanks around them, empty lines and lines that begin with # do
// not count. Read again whenever the file has changed. Any thread may ask.
class TokenFile {
 public:
  using Log = std::function<void(std::string_view)>;

  // Throws std::runtime_error, one line with the path and the reason, for a file that cannot be
  // read, has no token, or one that no Authorization field can hold (RFC 6750, 2.1: letters, digits
  // and -._~+/, then =). `log` is told of such a fault later, once, and of its end; meanwhile no
  // text is a token.
  TokenFile(std::string path, Log log);

  // Whether it is one of the tokens, in a time that does not tell how near it is to one.
  bool has(std::string_view token);

 private:
  void read();

  const std::string path_;
  const Log log_;
  std::mutex mutex_;  // guards what follows
  std::optional<FileStamp> stamp_;
  bool faulty_ = false;
  std::vector<Sha256Digest> digests_;
};

}  // namespace orchestrator_exporter::http
