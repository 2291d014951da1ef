#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace orchestrator_exporter {

// Memory for the texts of one collector's run: handed out piece by piece, taken back all at once.
// For one thread at a time.
class Arena {
 public:
  // At least `bytes` of memory, valid until reset(). Only the last piece may be resized.
  char* allocate(std::size_t bytes);
  // Gives back what the last piece does not need.
  void shrinkLast(char* piece, std::size_t bytes);
  // A copy of the text.
  std::string_view store(std::string_view text);
  // Forgets everything, and keeps one block of at most kKeptBytes.
  void reset();

 private:
  static constexpr std::size_t kBlockBytes = 64 * 1024;
  static constexpr std::size_t kKeptBytes = 1024 * 1024;

  struct Block {
    std::unique_ptr<char[]> memory;
    std::size_t size = 0;
  };

  std::vector<Block> blocks_;
  std::size_t used_ = 0;  // of the last block
};

}  // namespace orchestrator_exporter
