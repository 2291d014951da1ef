#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <sstream>

#include "exporter/host/collector.h"
#include "tests/support/collectors.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;

// Directories of text files, all written at one time, and what the collector makes of them.
class Texts {
 public:
  Texts& file(std::string_view path, std::string_view content,
              timespec modified = {1700000000, 0}) {
    system_.file(path, content);
    const timespec times[] = {modified, modified};
    utimensat(AT_FDCWD, system_.path(path).c_str(), times, 0);
    return *this;
  }
  TempSystem& system() { return system_; }

  // HELP lines too; the directory of the test is written as `/…`.
  std::string text(const std::vector<std::string>& directories) {
    return shorten(collectText("textfile", system_, flags(directories)));
  }
  std::string samples(const std::vector<std::string>& directories) {
    return shorten(collectSamples("textfile", system_, flags(directories)));
  }
  std::string samples() { return samples({"texts"}); }
  // Without the families of the collector itself.
  std::string ownSamples() {
    std::istringstream lines(samples());
    std::string kept;
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("node_textfile_")) kept += line + "\n";
    }
    return kept;
  }
  std::string complaint() {
    Kernel kernel(system_);
    const auto writer = ExpositionWriter::make({});
    for (const CollectorDefinition& definition : collectorDefinitions()) {
      if (definition.name != "textfile") continue;
      const auto collector = definition.make(flags({"texts"}), kernel);
      collector->collect(kernel, *writer);
      return shorten(collector->complaint());
    }
    return {};
  }

 private:
  Flags flags(const std::vector<std::string>& directories) const {
    Flags flags;
    for (const std::string& directory : directories) {
      flags.give("collector.textfile.directory",
                 directory.empty() ? "" : system_.path("") + directory);
    }
    return flags;
  }
  std::string shorten(std::string text) const {
    const std::string root = system_.path("");
    for (auto at = text.find(root); at != std::string::npos; at = text.find(root, at)) {
      text.replace(at, root.size(), "/");
    }
    return text;
  }

  TempSystem system_;
};

const char* const kClean = "node_textfile_scrape_error 0\n";

TEST(Textfile, ServesTheFilesOfADirectory) {
  Texts texts;
  texts.file("texts/backup.prom",
             "# HELP backup_last_success_seconds When the last backup ended.\n"
             "# TYPE backup_last_success_seconds gauge\n"
             "backup_last_success_seconds{target=\"home\"} 1.7e9\n");
  texts.file("texts/raid.prom", "raid_ok 1\n", {1700000001, 999999999});
  EXPECT_EQ(texts.text({"texts"}),
            R"(# HELP backup_last_success_seconds When the last backup ended.
# TYPE backup_last_success_seconds gauge
backup_last_success_seconds{target="home"} 1700000000
# HELP node_textfile_mtime_seconds When a text file was last written, Unix time.
# TYPE node_textfile_mtime_seconds gauge
node_textfile_mtime_seconds{file="/texts/backup.prom"} 1700000000
node_textfile_mtime_seconds{file="/texts/raid.prom"} 1700000001
# HELP node_textfile_scrape_error Whether a directory or file of the last run could not be read or merged.
# TYPE node_textfile_scrape_error gauge
node_textfile_scrape_error 0
# HELP raid_ok Read without a help text from /texts/raid.prom.
# TYPE raid_ok untyped
raid_ok 1
)");
}

TEST(Textfile, HasNoErrorWithoutADirectory) {
  Texts texts;
  EXPECT_EQ(texts.samples({}), kClean);
  EXPECT_EQ(texts.samples({""}), kClean);
}

TEST(Textfile, BlocksOnlyWhereItHasDirectories) {
  Kernel kernel({});
  for (const CollectorDefinition& definition : collectorDefinitions()) {
    if (definition.name != "textfile") continue;
    EXPECT_FALSE(definition.make({}, kernel)->mayBlock());
    EXPECT_FALSE(definition.make(Flags{{"collector.textfile.directory", ""}}, kernel)->mayBlock());
    EXPECT_TRUE(definition.make(Flags{{"collector.textfile.directory", "/x"}}, kernel)->mayBlock());
  }
}

TEST(Textfile, TellsOfADirectoryThatIsMissing) {
  Texts texts;
  EXPECT_EQ(texts.samples(), "node_textfile_scrape_error 1\n");
  EXPECT_EQ(texts.complaint(), "/texts: no such directory");
}

TEST(Textfile, TellsOfADirectoryThatIsAFile) {
  Texts texts;
  texts.file("texts", "a 1\n");
  EXPECT_EQ(texts.samples(), "node_textfile_scrape_error 1\n");
}

TEST(Textfile, LeavesOutAFileWithAFaultAndKeepsTheOthers) {
  Texts texts;
  texts.file("texts/a.prom", "a 1\n").file("texts/b.prom", "b 1\nb2 x\n").file("texts/c.prom", "");
  EXPECT_EQ(texts.samples(),
            "a 1\nnode_textfile_mtime_seconds{file=\"/texts/a.prom\"} 1700000000\n"
            "node_textfile_mtime_seconds{file=\"/texts/c.prom\"} 1700000000\n"
            "node_textfile_scrape_error 1\n");
  EXPECT_EQ(texts.complaint(), "/texts/b.prom:2: expected a number, got 'x'");
}

TEST(Textfile, RefusesTimestamps) {
  Texts texts;
  texts.file("texts/a.prom", "a 1\nb 1 1700000000000\n");
  EXPECT_EQ(texts.samples(), "node_textfile_scrape_error 1\n");
  EXPECT_THAT(texts.complaint(), HasSubstr("/texts/a.prom:2: expected no timestamp"));
}

TEST(Textfile, TakesOnlyFilesNamedPromDirectlyInTheDirectory) {
  Texts texts;
  texts.file("texts/a.prom.tmp", "a 1\n").file("texts/A.PROM", "b 1\n");
  texts.file("texts/sub/a.prom", "c 1\n").file("texts/.prom", "d 1\n").file("elsewhere", "e 1\n");
  texts.system().link("texts/l.prom", "../elsewhere");
  EXPECT_EQ(texts.ownSamples(), "d 1\ne 1\n");
  EXPECT_EQ(texts.complaint(), "");
}

TEST(Textfile, TellsOfWhatIsNoFile) {
  Texts texts;
  texts.file("texts/a.prom", "a 1\n").system().directory("texts/b.prom").link("texts/c.prom", "x");
  EXPECT_EQ(texts.ownSamples(), "a 1\n");
  EXPECT_EQ(texts.complaint(),
            "/texts/b.prom: Is a directory; /texts/c.prom: No such file or directory");
}

TEST(Textfile, ReadsNoPipeThatNobodyWritesTo) {
  Texts texts;
  texts.file("texts/a.prom", "a 1\n");
  ASSERT_EQ(mkfifo(texts.system().path("texts/b.prom").c_str(), 0600), 0);
  EXPECT_EQ(texts.ownSamples(), "a 1\n");
}

TEST(Textfile, CutsTheFractionOfTimesBeforeTheEpochToo) {
  Texts texts;
  texts.file("texts/a.prom", "", {-2, 500000000}).file("texts/b.prom", "", {-2, 0});
  EXPECT_EQ(
      texts.samples(),
      "node_textfile_mtime_seconds{file=\"/texts/a.prom\"} -1\n"
      "node_textfile_mtime_seconds{file=\"/texts/b.prom\"} -2\nnode_textfile_scrape_error 0\n");
}

TEST(Textfile, ExpandsPatternsOfDirectories) {
  Texts texts;
  texts.file("x1/a.prom", "a 1\n").file("x2/b.prom", "b 1\n").file("x2/d/c.prom", "c 1\n");
  texts.file(".x3/d.prom", "d 1\n").file("[y]/e.prom", "e 1\n").file("x4", "f 1\n");
  const auto names = [&](const std::vector<std::string>& directories) {
    std::istringstream words(texts.samples(directories));
    std::string found;
    for (std::string line; std::getline(words, line);) {
      if (!line.starts_with("node")) found += line[0];
      if (line == "node_textfile_scrape_error 1") found += '!';
    }
    return found;
  };
  EXPECT_EQ(names({"x[12]"}), "ab");
  EXPECT_EQ(names({"x?"}), "ab!");  // x4 is a file
  EXPECT_EQ(names({"x[^1-9]"}), "!");
  EXPECT_EQ(names({"*x3"}), "d");
  EXPECT_EQ(names({"*/d"}), "c");
  EXPECT_EQ(names({"x1//", "./x2"}), "ab");
  EXPECT_EQ(names({"[y]"}), "e");  // matches nothing, so it is the name
  EXPECT_EQ(names({"\\[y]"}), "e");
  EXPECT_EQ(names({"nothing*"}), "!");
}

TEST(Textfile, TakesAPatternThatCannotBeReadLiterally) {
  Texts texts;
  texts.file("x[/a.prom", "a 1\n");
  EXPECT_EQ(texts.samples({"x["}),
            "a 1\nnode_textfile_mtime_seconds{file=\"/x[/a.prom\"} 1700000000\n"
            "node_textfile_scrape_error 0\n");
}

TEST(Textfile, GivesASampleEveryLabelOfItsFamilyInTheFile) {
  Texts texts;
  texts.file("texts/a.prom", "a{x=\"1\"} 1\na{y=\"2\"} 2\na 3\na{x=\"1\",y=\"\"} 4\n");
  texts.file("texts/b.prom", "a{z=\"1\"} 5\n");
  EXPECT_EQ(texts.ownSamples(),
            "a{x=\"1\",y=\"\"} 1\na{x=\"\",y=\"2\"} 2\na{x=\"\",y=\"\"} 3\na{z=\"1\"} 5\n");
}

TEST(Textfile, PassesHistogramsAndSummariesOn) {
  Texts texts;
  texts.file("texts/a.prom",
             "# TYPE h histogram\nh_bucket{le=\"1\",a=\"1\"} 3\nh_sum{a=\"1\"} 4.5\n"
             "h_count{a=\"1\"} 5\nh_count{b=\"2\"} 6.7\n# TYPE s summary\ns{quantile=\"0.5\"} 2\n");
  EXPECT_EQ(texts.ownSamples(),
            "h_bucket{a=\"1\",b=\"\",le=\"1\"} 3\nh_bucket{a=\"1\",b=\"\",le=\"+Inf\"} 5\n"
            "h_sum{a=\"1\",b=\"\"} 4.5\nh_count{a=\"1\",b=\"\"} 5\n"
            "h_bucket{a=\"\",b=\"2\",le=\"+Inf\"} 6\nh_sum{a=\"\",b=\"2\"} 0\n"
            "h_count{a=\"\",b=\"2\"} 6\ns{quantile=\"0.5\"} 2\ns_sum 0\ns_count 0\n");
}

TEST(Textfile, PassesAHistogramThatDoesNotAddUpOnAsItIs) {
  Texts texts;
  texts.file("texts/a.prom",
             "# TYPE h histogram\nh_bucket{le=\"1\"} 7\nh_bucket{le=\"+Inf\"} 4\nh_count 5\n");
  EXPECT_EQ(texts.ownSamples(),
            "h_bucket{le=\"1\"} 7\nh_bucket{le=\"+Inf\"} 4\nh_sum 0\nh_count 5\n");
}

TEST(Textfile, TakesNoMoreOfAFamilyFromTheFirstOtherHelpOn) {
  Texts texts;
  texts.file("texts/a.prom", "# HELP x one\nx{f=\"a\"} 1\n");
  texts.file("texts/b.prom", "# HELP x two\nx{f=\"b\"} 1\ny 1\n");
  texts.file("texts/c.prom", "# HELP x one\nx{f=\"c\"} 1\n");
  texts.file("texts/d.prom", "x{f=\"d\"} 1\n");
  EXPECT_EQ(texts.samples(),
            "node_textfile_mtime_seconds{file=\"/texts/a.prom\"} 1700000000\n"
            "node_textfile_mtime_seconds{file=\"/texts/b.prom\"} 1700000000\n"
            "node_textfile_mtime_seconds{file=\"/texts/c.prom\"} 1700000000\n"
            "node_textfile_mtime_seconds{file=\"/texts/d.prom\"} 1700000000\n"
            "node_textfile_scrape_error 1\nx{f=\"a\"} 1\ny 1\n");
}

TEST(Textfile, TellsOfASampleThatComesTwice) {
  Texts texts;
  texts.file("texts/one.prom", "age{f=\"a\"} 1\nage{f=\"b\"} 1\nage{f=\"a\"} 2\n");
  texts.file("texts/three.prom", "size 3\n").file("texts/two.prom", "size 4\nother 5\n");
  EXPECT_EQ(texts.ownSamples(), "age{f=\"a\"} 1\nage{f=\"b\"} 1\nother 5\nsize 3\n");
  EXPECT_THAT(texts.samples(), HasSubstr("node_textfile_scrape_error 1\n"));
  EXPECT_EQ(texts.complaint(),
            "/texts/one.prom: age has a sample twice, of which the first is given; "
            "/texts/two.prom: size has a sample twice, of which the first is given");
}

TEST(Textfile, DropsAFamilyWithHelpBesideOneWithoutAndTellsOfIt) {
  Texts texts;
  texts.file("texts/a.prom", "# HELP x one\nx{f=\"a\"} 1\ny{f=\"a\"} 1\n");
  texts.file("texts/b.prom", "x{f=\"b\"} 1\n# HELP y one\ny{f=\"b\"} 1\n");
  texts.file("texts/c.prom", "# HELP x one\nx{f=\"c\"} 1\ny{f=\"c\"} 1\n");
  EXPECT_EQ(texts.ownSamples(), "x{f=\"a\"} 1\nx{f=\"c\"} 1\ny{f=\"a\"} 1\ny{f=\"c\"} 1\n");
  EXPECT_EQ(texts.complaint(),
            "/texts/b.prom: x is left out: it has another type or HELP text than in a file before; "
            "/texts/b.prom: y is left out: it has another type or HELP text than in a file before");
  EXPECT_THAT(texts.samples(), HasSubstr("node_textfile_scrape_error 1\n"));
}

TEST(Textfile, NamesAllFilesOfAFamilyWithoutHelp) {
  Texts texts;
  texts.file("texts/a.prom", "x{f=\"a\"} 1\n").file("texts/b.prom", "# HELP x\nx{f=\"b\"} 1\n");
  EXPECT_THAT(texts.text({"texts"}),
              HasSubstr("# HELP x Read without a help text from /texts/a.prom, /texts/b.prom.\n"
                        "# TYPE x untyped\nx{f=\"a\"} 1\nx{f=\"b\"} 1\n"));
}

TEST(Textfile, DropsOtherTypesAndSeriesThatCameBefore) {
  Texts texts;
  texts.file("texts/a.prom", "# TYPE x gauge\nx{f=\"a\"} 1\ny 1\n");
  texts.file("texts/b.prom", "# TYPE x counter\nx{f=\"b\"} 1\ny 2\n");
  EXPECT_EQ(texts.ownSamples(), "x{f=\"a\"} 1\ny 1\n");
  EXPECT_EQ(texts.complaint(),
            "/texts/b.prom: x is left out: it has another type or HELP text than in a file before; "
            "/texts/b.prom: y has a sample twice, of which the first is given");
}

TEST(Textfile, DropsAHistogramWhoseSamplesAnotherFamilyHas) {
  Texts texts;
  texts.file("texts/a.prom", "x_count 1\ny_bucket 1\n");
  texts.file("texts/b.prom", "# TYPE x histogram\nx_count 2\n# TYPE y summary\ny_count 3\n");
  EXPECT_EQ(texts.ownSamples(), "x_count 1\ny_sum 0\ny_count 3\ny_bucket 1\n");
  EXPECT_EQ(texts.complaint(),
            "/texts/b.prom: x is left out: another family has the names of its samples");
}

TEST(Textfile, MakesValidWhatPrometheusWouldRefuse) {
  Texts texts;
  texts.file("texts/a.prom", std::string_view("# HELP x \xFF\nx{a=\"\0\"} 1\n", 22));
  EXPECT_EQ(texts.ownSamples(), "x{a=\"\uFFFD\"} 1\n");
}

}  // namespace

}  // namespace orchestrator_exporter
