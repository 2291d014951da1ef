#include <cstdlib>
#include <iostream>
#include <random>
#include <utility>

#include "tests/fuzz/seeds.h"

// A fuzz target without a fuzzer: its seeds, changed at random, so many times. The same number of
// runs and the same start give the same inputs again.
//
// usage: NAME_seeded RUNS [START]

namespace {

class Changes {
 public:
  Changes(std::vector<std::string> seeds, std::uint32_t start)
      : seeds_(std::move(seeds)), random_(start) {}

  std::string next() {
    std::string bytes = any();
    for (std::size_t left = below(5); left > 0 && !bytes.empty(); --left) change(bytes);
    return bytes;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  const std::string& any() { return seeds_[below(seeds_.size())]; }
  std::string tail(const std::string& bytes) { return bytes.substr(below(bytes.size() + 1)); }

  void change(std::string& bytes) {
    // Lengths and numbers at the ends of their ranges, and marks of the formats.
    static const std::vector<std::string> kParts = {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
                                                    "\x80",
                                                    std::string(8, '\0'),
                                                    std::string(8, '\xff'),
                                                    std::string("\0\0\0\0\0\0\xf8\x7f", 8),
                                                    "{\"",
                                                    "[[",
                                                    "\"}]",
                                                    "\\u0000",
                                                    "1e999",
                                                    "\r\n",
                                                    "|#",
                                                    ":"};
    const std::size_t at = below(bytes.size());
    switch (below(7)) {
      case 0:
        bytes[at] = static_cast<char>(random_());
        break;
      case 1:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
      case 2:
        bytes.erase(at, below(16));
        break;
      case 3:
        bytes.insert(at, bytes.substr(below(bytes.size()), below(64)));
        break;
      case 4:
        bytes.insert(at, kParts[below(kParts.size())]);
        break;
      case 5:
        bytes.replace(at, std::string::npos, tail(any()));
        break;
      default:
        bytes.resize(at);
    }
  }

  const std::vector<std::string> seeds_;
  std::mt19937 random_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::cerr << "usage: " << arguments[0] << " RUNS [START]\n";
    return 2;
  }
  const unsigned long runs = std::strtoul(arguments[1], nullptr, 10);
  const auto start =
      static_cast<std::uint32_t>(count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 1);
  Changes changes(seeds(), start);
  for (unsigned long i = 0; i < runs; ++i) {
    const std::string bytes = changes.next();
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  std::cout << runs << " runs\n";
  return 0;
}
