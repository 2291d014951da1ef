"""Which sources cmake/unity_groups.py lets be compiled together."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "cmake"))

import unity_groups  # noqa: E402


def own(line):
    return "namespace {\n\n" + line + "\n\n}  // namespace\n"


class SourcesTest(unittest.TestCase):
    kind = unity_groups.Source

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def sources(self, *texts):
        paths = [self.folder / f"{number}.cc" for number in range(len(texts))]
        for path, text in zip(paths, texts):
            path.write_text(text)
        return [self.kind(path) for path in paths]

    def groups(self, *texts, size=8):
        return [[int(source.path.stem) for source in group]
                for group in unity_groups.groups_of(self.sources(*texts), size)]


class UnityGroups(SourcesTest):
    def test_strangers_go_together_up_to_the_size(self):
        self.assertEqual(self.groups("int a();\n", "int b();\n", "int c();\n", size=2), [[0, 1], [2]])

    def test_two_with_one_name_of_their_own_do_not(self):
        for line in ("constexpr int kMost = 3;", "int most(int a) { return a; }", "struct Most {};",
                     "using Most = int;", "const char* const kMost[] = {\"a\"};", "std::vector<int> most;"):
            self.assertEqual(self.groups(own(line), own(line)), [[0], [1]], line)

    def test_nor_does_one_that_names_it_in_another_sense(self):
        one = own("int seconds() { return 1; }")
        self.assertEqual(self.groups(one, "void wait(int seconds);\n"), [[0], [1]])

    def test_nor_does_one_that_includes_a_header_with_that_name(self):
        one = own("int middleOf() { return 1; }")
        including = '#include "metrics/recording/latency_buckets.h"\n'
        self.assertEqual(self.groups(one, including), [[0], [1]])
        self.assertEqual(self.groups(including + one, including), [[0, 1]])

    def test_what_is_in_texts_and_comments_and_behind_points_does_not_count(self):
        one = own("int seconds() { return 1; }")
        self.assertEqual(self.groups(one, '// seconds\nauto a = "seconds", b = c.seconds + d->seconds;\n'), [[0, 1]])

    def test_values_of_a_plain_enumeration_are_names_too(self):
        one = own("enum Field : int { kName = 1, kTime };")
        other = own("enum Other : int { kTime = 2 };")
        self.assertEqual(self.groups(one, other), [[0], [1]])

    def test_the_same_test_twice_does_not(self):
        test = "TEST(Suite, Name) {}\n"
        self.assertEqual(self.groups(test, test), [[0], [1]])

    def test_the_same_using_declaration_may_be_in_both(self):
        self.assertEqual(self.groups("using testing::Not;\n", "using testing::Not;\nNot(1);\n"), [[0, 1]])
        self.assertEqual(self.groups("using testing::Not;\n", "Not(1);\n"), [[0], [1]])

    def test_one_that_opens_a_namespace_stays_alone(self):
        self.assertEqual(self.groups("using namespace json;\n", "int a();\n"), [[1]])


class UnitsWithNamesOfTheirOwn(SourcesTest):
    """What --into writes."""

    kind = unity_groups.RenamedSource
    SECONDS = own("int seconds() { return %d; }") + "int f%d() { return seconds(); }\n"

    def test_two_with_one_name_go_together_and_each_means_its_own(self):
        main = "#include <cstdio>\nint f1();\nint f2();\nint main() { std::printf(\"%d\", 10 * f1() + f2()); }\n"
        sources = self.sources(self.SECONDS % (1, 1), self.SECONDS % (2, 2), main)
        groups = unity_groups.groups_of(sources, 8)
        self.assertEqual(len(groups), 1)
        unit = unity_groups.write_unit(self.folder / "unit.cc", groups[0])
        compiler = next(filter(None, map(shutil.which, ("c++", "g++", "clang++-16"))))
        subprocess.run([compiler, "-std=c++20", "-o", self.folder / "program", unit], check=True)
        self.assertEqual(subprocess.check_output([self.folder / "program"], text=True), "12")

    def test_one_goes_with_another_that_names_its_own_in_another_sense(self):
        self.assertEqual(self.groups(self.SECONDS % (1, 1), "void wait(int seconds);\n"), [[0, 1]])

    def test_a_name_that_only_one_has_stays_as_it_is(self):
        unit = unity_groups.unit_of(self.sources(self.SECONDS % (1, 1), "int other();\n"))
        self.assertNotIn("#define", unit)

    def test_names_that_mean_more_than_what_the_source_declares_keep_it_apart(self):
        for more in ("int g(A a) { return a.seconds; }", "int g() { return std::seconds(); }", "TEST(Watch, seconds) {}",
                     "struct A : B {\n  int seconds() const override;\n};"):
            one = self.SECONDS % (1, 1) + more + "\n"
            self.assertEqual(self.groups(one, self.SECONDS % (2, 2)), [[0], [1]], more)

    def test_so_do_those_that_its_headers_have_and_those_that_libraries_look_for(self):
        of_header = '#include "metrics/recording/latency_buckets.h"\n' + own("int middleOf() { return 1; }")
        self.assertEqual(self.groups(of_header, own("int middleOf() { return 1; }")), [[0], [1]])
        looked_for = own("void to_json(int) {}")
        self.assertEqual(self.groups(looked_for, looked_for), [[0], [1]])

    def test_all_is_included_before_the_first_source(self):
        unit = unity_groups.unit_of(self.sources("#include <a>\n", "#include <b>\n#include <a>\n"))
        self.assertEqual(unit.splitlines()[:2], ["#include <a>", "#include <b>"])

    def test_a_source_that_includes_on_a_condition_keeps_its_names(self):
        one = "#ifdef __linux__\n#include <a>\n#endif\n" + self.SECONDS
        self.assertEqual(self.groups(one % (1, 1), one % (2, 2)), [[0], [1]])

    def test_those_that_open_one_namespace_go_together(self):
        groups = self.groups("using namespace json;\n", "using namespace json;\n", "int a();\n")
        self.assertEqual(sorted(groups), [[0, 1], [2]])

    def test_a_unit_that_would_be_the_same_is_not_written_again(self):
        group = self.sources("int a();\n", "int b();\n")
        unit = unity_groups.write_unit(self.folder / "units/unit.cc", group)
        before = unit.stat().st_mtime_ns
        unity_groups.write_unit(unit, group)
        self.assertEqual(unit.stat().st_mtime_ns, before)


if __name__ == "__main__":
    unittest.main()
