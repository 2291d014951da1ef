#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace orchestrator_exporter::profiling {

// What a place in a stack is.
enum class FrameKind : std::uint8_t { kThread, kUser, kKernel, kGenerated, kSpan };

// One place in a stack. All texts are valid UTF-8.
struct Frame {
  std::string name;           // of the function, the span or the thread
  std::string binary = {};    // the file that it comes from; empty if it comes from none
  std::string file = {};      // of its source; empty if it is not known
  std::uint32_t line = 0;     // in that file, of what ran; 0 if it is not known
  std::uint64_t address = 0;  // in the binary's own numbers; 0 if it is not known
  FrameKind kind = FrameKind::kUser;

  bool operator==(const Frame&) const = default;
};

// One kind of value that each stack has, as pprof names them: cpu in nanoseconds.
struct ValueType {
  std::string type;
  std::string unit;

  bool operator==(const ValueType&) const = default;
};

// One binary whose functions stand in stacks.
struct Binary {
  std::string path;
  std::string buildId = {};  // in hexadecimal digits; empty if it has none
};

// Stacks and what was found on top of them. For one thread at a time.
class Profile {
 public:
  struct Stack {
    std::vector<std::uint32_t> frames;  // places in frames(), the root first
    std::vector<std::int64_t> values;   // one for each of types()
  };

  // `main` is the place of the value that texts and pictures show. There is one type at least.
  explicit Profile(std::vector<ValueType> types, std::size_t main = 0);

  // The place of a frame in frames(); frames that are equal share one.
  std::uint32_t frame(Frame frame);
  // Adds values, one for each type, to the stack; stacks that are equal are one.
  void add(const std::vector<std::uint32_t>& frames, const std::vector<std::int64_t>& values);

  const std::vector<ValueType>& types() const { return types_; }
  std::size_t main() const { return main_; }
  const std::vector<Frame>& frames() const { return frames_; }
  const std::vector<Stack>& stacks() const { return stacks_; }
  // The sum of a value over all stacks.
  std::int64_t total(std::size_t type) const;
  // The place of the type of this name; types().size() if there is none.
  std::size_t typeOf(std::string_view name) const;

  std::string title = {};             // what was profiled, in a few words
  std::int64_t startNanoseconds = 0;  // Unix time; 0 if it is not known
  std::int64_t durationNanoseconds = 0;
  std::int64_t period = 0;  // of the main value between two samples; 0 if there is none
  std::vector<Binary> binaries = {};
  std::vector<std::string> notes = {};  // sentences: what was lost, what the profiler itself cost

 private:
  std::vector<ValueType> types_;
  std::size_t main_;
  std::vector<Frame> frames_;
  std::vector<Stack> stacks_;
  std::unordered_map<std::string, std::uint32_t> frameIndex_;
  std::unordered_map<std::string, std::size_t> stackIndex_;
};

// A value with its unit, as people read it: 1.25 s, 340 KiB, 27.
std::string valueText(double value, std::string_view unit);
// A share of a total, as 12.3%; 0.0% of nothing.
std::string shareText(double value, double total);

}  // namespace orchestrator_exporter::profiling
