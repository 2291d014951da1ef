#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "exporter/kernel/kernel.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter {

// The items that one run of a collector could not read or understand: a device, a line, an
// attribute. Each costs itself and is told; the others are given.
//
//   void collect(Kernel& kernel, Sink& out) override {
//     complaints_.clear();
//     for (const Row& row : kernel.require("proc/meminfo").rows()) {
//       complaints_.attempt([&] { give(row, out); });
//     }
//     complaints_.failIfNothingWasRead();
//   }
//   std::string complaint() const override { return complaints_.text(); }
class Complaints {
 public:
  // For the beginning of a run.
  void clear();

  // Reads and gives one item: calls act(). A ReadError or a ParseError is noted, and what was given
  // before it stays. Whether act() came to its end.
  //
  // Never inlined: of a function that returns what act() was to assign, GCC 12 drops the initial
  // value although the caught exception leaves it in place.
  template <typename Act>
  [[gnu::noinline]] bool attempt(Act act) {
    const auto done = [&] {
      act();
      return std::optional(true);
    };
    return valueOf(done).has_value();
  }

  // Reads one item: what read() returns, an optional; nullopt if it threw. Not an attempt() that
  // assigns to a variable of its caller: if such a call throws, GCC 12 loses what an optional that
  // it returns in memory held before (it drops the store as overwritten by the call).
  template <typename Read>
  std::invoke_result_t<Read> valueOf(Read read) {
    try {
      auto value = read();
      ++read_;
      return value;
    } catch (const ReadError& error) {
      add(error.what(), std::current_exception());
    } catch (const ParseError& error) {
      add(error.what(), std::current_exception());
    }
    return std::nullopt;
  }

  // Notes something that was found in another way.
  void add(std::string_view what) { add(what, nullptr); }

  // For the end of a run: throws what the first attempt that failed threw, if none came to its end.
  void failIfNothingWasRead() const { failIf(read_ == 0); }
  // The same for a collector that knows better whether anything is left to show.
  void failIf(bool nothingIsLeft) const;

  // All that was noted, of many the first few and the number of the others; empty if there is
  // nothing.
  std::string text() const;

 private:
  void add(std::string_view what, std::exception_ptr failure);

  std::string first_;  // the first kTold, joined
  std::size_t noted_ = 0;
  std::size_t read_ = 0;
  std::exception_ptr failure_;
};

}  // namespace orchestrator_exporter
