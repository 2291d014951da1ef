// A program whose functions take known shares of its time: alpha six tenths, beta three, gamma one.
//   known_shares plain|threads|generated [ROUNDS]
// `threads` does each four hundred rounds in a thread of its own, `generated` spends its time in machine
// code that it writes itself and names in /tmp/perf-PID.map. After ROUNDS (for ever without them)
// it prints the shares that its spans tell, in percent, as "alpha 60.1".
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>

#include "metrics/profiling/profiler.h"

namespace {

using orchestrator_exporter::Profiler;
using orchestrator_exporter::ProfileSpan;

volatile std::uint64_t sink = 0;

// The same machine code in each of the three.
[[gnu::always_inline]] inline void work(unsigned units) {
  constexpr unsigned kStepsPerUnit = 60'000;
  std::uint64_t value = sink;
  for (unsigned step = 0; step < units * kStepsPerUnit; ++step) {
    value = value * 6364136223846793005U + 1442695040888963407U;
    // Or a compiler makes eight steps one, and what the spans themselves take is no longer little.
    asm volatile("" : "+r"(value));
  }
  sink = value;
}

}  // namespace

// With C names, so that no compiler gives them others.
extern "C" {
[[gnu::noinline, gnu::noclone]] void known_alpha() { work(6); }
[[gnu::noinline, gnu::noclone]] void known_beta() { work(3); }
[[gnu::noinline, gnu::noclone]] void known_gamma() { work(1); }

[[gnu::noinline, gnu::noclone]] void known_round(Profiler* profiler) {
  const ProfileSpan round(*profiler, "round");
  {
    const ProfileSpan span(*profiler, "alpha");
    known_alpha();
  }
  {
    const ProfileSpan span(*profiler, "beta");
    known_beta();
  }
  const ProfileSpan span(*profiler, "gamma");
  known_gamma();
}
}

namespace {

#if defined(__x86_64__)
// push rbp; mov rbp, rsp; dec rdi; jnz back; pop rbp; ret
constexpr std::array<unsigned char, 11> kLoop = {0x55, 0x48, 0x89, 0xE5, 0x48, 0xFF,
                                                 0xCF, 0x75, 0xFB, 0x5D, 0xC3};
#else
// stp x29, x30, [sp, #-16]!; mov x29, sp; subs x0, x0, #1; b.ne back; ldp x29, x30, [sp], #16; ret
constexpr std::array<unsigned char, 24> kLoop = {0xFD, 0x7B, 0xBF, 0xA9, 0xFD, 0x03, 0x00, 0x91,
                                                 0x00, 0x04, 0x00, 0xF1, 0xE1, 0xFF, 0xFF, 0x54,
                                                 0xFD, 0x7B, 0xC1, 0xA8, 0xC0, 0x03, 0x5F, 0xD6};
#endif

int runGenerated() {
  void* memory = mmap(nullptr, kLoop.size(), PROT_READ | PROT_WRITE | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return EXIT_FAILURE;
  std::memcpy(memory, kLoop.data(), kLoop.size());
  __builtin___clear_cache(static_cast<char*>(memory), static_cast<char*>(memory) + kLoop.size());
  std::ofstream("/tmp/perf-" + std::to_string(getpid()) + ".map")
      << std::hex << reinterpret_cast<std::uintptr_t>(memory) << ' ' << kLoop.size()
      << " Interpreter:generated_loop\n";
  const auto loop = reinterpret_cast<void (*)(std::uint64_t)>(memory);
  std::puts("ready");
  std::fflush(stdout);
  for (;;) loop(10'000'000);
}

// Of CPU time, since others may want the processor too.
void printShares(const Profiler& profiler) {
  double all = 0;
  for (const auto& span : profiler.spans()) {
    if (span.path.size() == 2) all += static_cast<double>(span.cpu->count());
  }
  for (const auto& span : profiler.spans()) {
    if (span.path.size() != 2) continue;
    std::printf("%s %.2f\n", span.path[1].c_str(),
                100 * static_cast<double>(span.cpu->count()) / all);
  }
}

}  // namespace

int main(int count, char** arguments) {
  const std::string mode = count > 1 ? arguments[1] : "plain";
  const long rounds = count > 2 ? std::atol(arguments[2]) : -1;
  if (mode == "generated") return runGenerated();
  Profiler profiler;
  std::puts("ready");
  std::fflush(stdout);
  for (long round = 0; round != rounds; ++round) {
    if (mode == "threads") {
      std::thread([&profiler] {
        for (int i = 0; i < 400; ++i) known_round(&profiler);
      }).join();
    } else {
      known_round(&profiler);
    }
  }
  printShares(profiler);
}
