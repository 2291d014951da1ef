#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "exporter/profiling/code/byte_reader.h"
#include "exporter/profiling/code/call_frames.h"
#include "exporter/profiling/code/code_image.h"
#include "exporter/profiling/code/elf_file.h"
#include "exporter/profiling/code/frame_expression.h"
#include "exporter/profiling/code/frame_program.h"
#include "exporter/profiling/code/function_name.h"
#include "exporter/profiling/code/line_table.h"
#include "exporter/profiling/code/process_maps.h"
#include "exporter/profiling/code/symbol_table.h"
#include "metrics/base/process/file_text.h"
#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter::profiling {
namespace {

std::string bytesOf(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes += static_cast<char>(value);
  return bytes;
}

std::optional<ElfFile> elfOf(const std::string& path) {
  return ElfFile::read(Descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC)));
}

// A program of one file, compiled for this test; skips it if there is no compiler.
class CompiledProgram {
 public:
  explicit CompiledProgram(const std::string& options) {
    std::ofstream(directory_.path() / "twice.c") << "int twice(int n) {\n"
                                                    "  volatile int sum = n;\n"
                                                    "  sum += n;\n"
                                                    "  return sum;\n"
                                                    "}\n"
                                                    "int main(int n) { return twice(n) == 3; }\n";
    run("cc -g " + options + " -o " + path() + " " + (directory_.path() / "twice.c").string());
  }

  std::string path() const { return directory_.path() / "twice"; }
  std::filesystem::path folder() const { return directory_.path(); }
  static void run(const std::string& command) {
    if (std::system((command + " 2> /dev/null").c_str()) != 0) {
      throw std::runtime_error("failed: " + command);
    }
  }
  // Where the function begins, as nm(1) tells it.
  std::uint64_t addressOf(const std::string& function) const {
    const std::string list = (directory_.path() / "symbols").string();
    run("nm " + path() + " > " + list);
    std::ifstream lines(list);
    std::string address, type, name;
    while (lines >> address >> type) {
      if (type.size() != 1) {  // an undefined symbol has no address
        continue;
      }
      lines >> name;
      if (name == function) return std::stoull(address, nullptr, 16);
    }
    throw std::runtime_error("no function " + function);
  }

 private:
  test::TemporaryDirectory directory_;
};

TEST(ProcessMaps, HaveTheMappingsThatHoldCode) {
  ProcessMaps maps;
  maps.read(
      "1000-3000 r-xp 00002000 fe:01 77                         /usr/bin/a program\n"
      "3000-4000 rw-p 00004000 fe:01 77                         /usr/bin/a program\n"
      "8000-9000 r-xp 00000000 00:00 0 \n"
      "garbage\n");
  const CodeMapping* mapping = maps.find(0x2FFF);
  ASSERT_NE(mapping, nullptr);
  EXPECT_EQ(mapping->path, "/usr/bin/a program");
  EXPECT_EQ(mapping->fileOffset, 0x2000U);
  EXPECT_EQ(mapping->inode, 77U);
  EXPECT_EQ(mapping->device, std::uint64_t{0xFE} << 32U | 1U);
  EXPECT_EQ(maps.find(0x3000), nullptr);
  EXPECT_EQ(maps.find(0x8000)->path, "");
}

TEST(ProcessMaps, ANewMappingStandsForWhatLayThereBefore) {
  ProcessMaps maps;
  maps.add({.begin = 0x1000, .end = 0x5000, .fileOffset = 0, .path = "old"});
  maps.add({.begin = 0x2000, .end = 0x3000, .fileOffset = 0, .path = "new"});
  EXPECT_EQ(maps.find(0x1FFF)->path, "old");
  EXPECT_EQ(maps.find(0x2000)->path, "new");
  EXPECT_EQ(maps.find(0x3000)->path, "old");
  EXPECT_EQ(maps.find(0x3000)->fileOffset, 0x2000U);
  EXPECT_EQ(maps.find(0x4FFF)->path, "old");
}

TEST(FunctionName, OfCppIsWithoutParametersAndReturnTypes) {
  EXPECT_EQ(functionName("_ZN3app5parseERKSs"), "app::parse");
  EXPECT_EQ(functionName("_ZNK3app3boxILi3EE3getEv"), "app::box<3>::get");
  EXPECT_EQ(functionName("_ZN3app3sumIiEET_S1_"), "app::sum<int>");
  EXPECT_EQ(functionName("_ZN12_GLOBAL__N_14workEi"), "(anonymous namespace)::work");
  EXPECT_EQ(functionName("_Znwm"), "operator new");
  EXPECT_EQ(functionName("_ZdlPv"), "operator delete");
  EXPECT_EQ(functionName("_ZN3app3boxclEi"), "app::box::operator()");
  EXPECT_EQ(functionName("_ZNK3app3boxcvmEv"), "app::box::operator unsigned long");
}

TEST(FunctionName, OthersStayAsTheyAre) {
  EXPECT_EQ(functionName("main"), "main");
  EXPECT_EQ(functionName("_Zgarbage"), "_Zgarbage");
  EXPECT_EQ(functionName("caf\xE9"), "caf\xEF\xBF\xBD");
}

TEST(SymbolTable, AFunctionReachesAsFarAsItsSize) {
  SymbolTable table;
  table.add(0x100, 0x10, "sized");
  table.add(0x200, 0, "open");
  EXPECT_EQ(table.find(0x10F), "sized");
  EXPECT_EQ(table.find(0x110), std::nullopt);
  EXPECT_EQ(table.find(0x2FF), "open");
  EXPECT_EQ(table.find(0xFF), std::nullopt);
}

TEST(SymbolTable, ALargeFunctionGoesOnBehindASmallOneWithinIt) {
  SymbolTable table;
  table.add(0x100, 0x100, "large");
  table.add(0x120, 0x10, "small");
  EXPECT_EQ(table.find(0x12F), "small");
  EXPECT_EQ(table.find(0x130), "large");
}

TEST(SymbolTable, OfGeneratedCodeTakesLinesOfAddressSizeAndName) {
  SymbolTable table;
  table.addGenerated(
      "7f00 10 Interpreter:old\n"
      "not a line\n"
      "7f00 20 Function: with spaces\n");
  EXPECT_EQ(table.find(0x7F1F), "Function: with spaces");
}

TEST(SymbolTable, OfAKernelThatHidesAddressesIsEmpty) {
  SymbolTable hidden;
  hidden.addKernel("0000000000000000 T startup_64\n");
  EXPECT_TRUE(hidden.empty());
  SymbolTable shown;
  shown.addKernel(
      "ffffffff81000000 T startup\nffffffff81000100 d data\nffffffff81000200 t do_it\t[mod]\n");
  EXPECT_EQ(shown.find(0xffffffff81000150), "startup");
  EXPECT_EQ(shown.find(0xffffffff81000201), "do_it");
}

TEST(ElfFile, WhatIsNoneIsNotRead) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path() / "text";
  std::ofstream(path)
      << "just text, and long enough for a header of an ELF file, which has 64 bytes";
  EXPECT_FALSE(elfOf(path).has_value());
  EXPECT_FALSE(elfOf(directory.path()).has_value());
}

TEST(ElfFile, ATruncatedOneHasWhatIsLeft) {
  const CompiledProgram program("");
  const std::string whole = fileText(program.path());
  for (const std::size_t size : {64UL, 200UL, 1000UL, whole.size() - 100}) {
    const std::string path = program.folder() / "part";
    std::ofstream(path, std::ios::binary) << whole.substr(0, size);
    const auto elf = elfOf(path);
    ASSERT_TRUE(elf.has_value());
    EXPECT_EQ(elf->bytes(".symtab"), "");
  }
}

// What follows reads any bytes as numbers of DWARF: none may end the program or go on for ever.
TEST(ElfFile, SpoiltOnesAreReadToTheirEnd) {
  const CompiledProgram program("-O1");
  const std::string whole = fileText(program.path());
  std::uint32_t random = 1;
  for (int trial = 0; trial < 60; ++trial) {
    std::string spoilt = whole;
    for (int i = 0; i < 200; ++i) {
      random = random * 1664525U + 1013904223U;
      spoilt[(random >> 8U) % spoilt.size()] = static_cast<char>(random >> 24U);
    }
    const std::string path = program.folder() / "spoilt";
    std::ofstream(path, std::ios::binary) << spoilt;
    auto elf = elfOf(path);
    if (!elf) continue;
    CodeImage image(path, std::move(elf), {""});
    for (std::uint64_t address = 0x1000; address < 0x1400; address += 7) {
      image.symbol(address);
      image.line(address);
      image.rules(address);
    }
  }
}

TEST(CodeImage, KnowsFunctionsAndLines) {
  const CompiledProgram program("-O0");
  const std::uint64_t address = program.addressOf("twice");
  CodeImage image(program.path(), elfOf(program.path()), {""});
  EXPECT_EQ(image.symbol(address + 4), "twice");
  const auto line = image.line(address);
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->line, 1U);
  EXPECT_THAT(line->file, testing::EndsWith("/twice.c"));
}

class LinesOfVersion : public testing::TestWithParam<const char*> {};

TEST_P(LinesOfVersion, AreTheSame) {
  const CompiledProgram program(std::string("-O0 ") + GetParam());
  const LineTable lines(*elfOf(program.path()));
  const std::uint64_t main = program.addressOf("main");
  EXPECT_EQ(lines.find(main)->line, 6U);
  EXPECT_EQ(lines.find(main - 1)->line, 5U);
  EXPECT_THAT(lines.find(main)->file, testing::EndsWith("twice.c"));
  EXPECT_FALSE(lines.find(0x10).has_value());
}

INSTANTIATE_TEST_SUITE_P(Dwarf, LinesOfVersion,
                         testing::Values("-gdwarf-2", "-gdwarf-3", "-gdwarf-4", "-gdwarf-5",
                                         "-gdwarf-5 -gz=zlib"));

TEST(CodeImage, OfAStrippedProgramAsksItsDebugFile) {
  const CompiledProgram program("-O0");
  const std::uint64_t address = program.addressOf("twice");
  CompiledProgram::run("cd " + program.folder().string() +
                       " && objcopy --only-keep-debug twice twice.debug"
                       " && strip --strip-all twice"
                       " && objcopy --add-gnu-debuglink=twice.debug twice");
  CodeImage image(program.path(), elfOf(program.path()), {"/nowhere", ""});
  EXPECT_EQ(image.symbol(address), "twice");
  EXPECT_EQ(image.line(address)->line, 1U);
}

TEST(CodeImage, KnowsWhereFunctionsWithoutNamesBegin) {
  const CompiledProgram program("-O0");
  const std::uint64_t address = program.addressOf("twice");
  CompiledProgram::run("strip --strip-all " + program.path());
  CodeImage image(program.path(), elfOf(program.path()), {""});
  EXPECT_EQ(image.symbol(address + 5), std::nullopt);
  EXPECT_EQ(image.beginOfFunction(address + 5), address);
  EXPECT_EQ(image.beginOfFunction(0x7FFFFFFF), 0x7FFFFFFFU);
}

TEST(CodeImage, ADebugFileOfAnotherBuildIsNotAsked) {
  const CompiledProgram program("-O0");
  const CompiledProgram other("-O2");
  const std::uint64_t address = program.addressOf("twice");
  CompiledProgram::run("cd " + program.folder().string() +
                       " && objcopy --only-keep-debug twice twice.debug && strip --strip-all twice"
                       " && objcopy --add-gnu-debuglink=twice.debug twice"
                       " && objcopy --only-keep-debug " +
                       other.path() + " twice.debug");
  CodeImage image(program.path(), elfOf(program.path()), {""});
  EXPECT_EQ(image.symbol(address), std::nullopt);
}

TEST(CallFrames, AreThoseOfThePlaceWithinTheFunction) {
#if !defined(__x86_64__)
  GTEST_SKIP() << "the registers are those of x86-64";
#endif
  const CompiledProgram program("-O0 -fno-omit-frame-pointer");
  const CallFrames frames(*elfOf(program.path()), CallFrames::Table::kEhFrame);
  const std::uint64_t address = program.addressOf("twice");
  // At its first instruction the return address is on top; push %rbp and mov %rsp,%rbp later the
  // frame is told by %rbp. endbr64 may stand in front.
  const auto begin = frames.at(address);
  ASSERT_TRUE(begin.has_value());
  EXPECT_EQ(begin->frameRegister, 7U);
  EXPECT_EQ(begin->frameOffset, 8);
  EXPECT_EQ(begin->registers[16].kind, RegisterRule::Kind::kOffset);
  EXPECT_EQ(begin->registers[16].number, -8);
  const auto within = frames.at(address + 12);
  ASSERT_TRUE(within.has_value());
  EXPECT_EQ(within->frameRegister, 6U);
  EXPECT_EQ(within->frameOffset, 16);
  EXPECT_EQ(within->registers[6].number, -16);
  EXPECT_FALSE(frames.at(0x7FFFFFFF).has_value());
}

TEST(FrameProgram, RestoresWhatItRemembered) {
  // def_cfa r7+8; offset r16 at cfa-8; remember; advance 4; def_cfa_offset 64; advance 4; restore
  const std::string program = bytesOf({0x0C, 7, 8, 0x90, 1, 0x0A, 0x44, 0x0E, 64, 0x44, 0x0B});
  const auto at = [&](std::uint64_t wanted) {
    FrameRules rules;
    EXPECT_TRUE(runFrameProgram(
        program, {.codeFactor = 1, .dataFactor = -8, .begin = 0, .wanted = wanted}, {}, rules));
    return rules.frameOffset;
  };
  EXPECT_EQ(at(3), 8);
  EXPECT_EQ(at(4), 64);
  EXPECT_EQ(at(7), 64);
  EXPECT_EQ(at(8), 8);
}

TEST(FrameProgram, WhatIsUnknownOrCutOffIsRefused) {
  for (const std::string& program :
       {bytesOf({0x3B}), bytesOf({0x0C, 7}), bytesOf({0x0B}), bytesOf({0x16, 3, 200})}) {
    FrameRules rules;
    EXPECT_FALSE(runFrameProgram(program, {.wanted = 100}, {}, rules));
  }
}

TEST(FrameExpression, OfALinkageTableIsUnderstood) {
  // breg7 8; breg16 0; lit15; and; lit11; ge; lit3; shl; plus
  const std::string expression =
      bytesOf({0x77, 8, 0x80, 0, 0x3F, 0x1A, 0x3B, 0x2A, 0x33, 0x24, 0x22});
  const auto valueAt = [&](std::uint64_t programCounter) {
    const ReadRegister reg = [&](std::uint64_t number) -> std::optional<std::uint64_t> {
      return number == 7 ? 0x1000 : programCounter;
    };
    return evaluate(expression, reg, [](std::uint64_t) { return std::nullopt; });
  };
  EXPECT_EQ(valueAt(0x400A), 0x1008U);
  EXPECT_EQ(valueAt(0x400B), 0x1010U);
}

TEST(FrameExpression, WhatIsNotKnownGivesNothing) {
  const ReadRegister none = [](std::uint64_t) { return std::nullopt; };
  const ReadMemory unknown = [](std::uint64_t) { return std::nullopt; };
  EXPECT_EQ(evaluate(bytesOf({0x77, 0}), none, unknown), std::nullopt);      // a register
  EXPECT_EQ(evaluate(bytesOf({0x31, 0x06}), none, unknown), std::nullopt);   // memory
  EXPECT_EQ(evaluate(bytesOf({0x22}), none, unknown), std::nullopt);         // plus of nothing
  EXPECT_EQ(evaluate(bytesOf({0xE0}), none, unknown), std::nullopt);         // unknown
  EXPECT_EQ(evaluate(std::string(100, 0x31), none, unknown), std::nullopt);  // too many
  EXPECT_EQ(evaluate("", none, unknown), std::nullopt);
}

TEST(ByteReader, NumbersEndWithTheBytes) {
  ByteReader in("\x80\x80");
  EXPECT_EQ(in.unsignedLeb(), 0U);
  EXPECT_FALSE(in.isGood());
  ByteReader negative("\x7F");
  EXPECT_EQ(negative.signedLeb(), -1);
  EXPECT_TRUE(negative.isGood());
}

}  // namespace
}  // namespace orchestrator_exporter::profiling
