"""Which sources cmake/unity_groups.py lets be compiled together."""
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "cmake"))

import unity_groups  # noqa: E402


class UnityGroups(unittest.TestCase):
    def groups(self, *texts, size=8):
        with tempfile.TemporaryDirectory() as folder:
            sources = []
            for number, text in enumerate(texts):
                path = pathlib.Path(folder, f"{number}.cc")
                path.write_text(text)
                sources.append(unity_groups.Source(path))
            return [[int(source.path.stem) for source in group]
                    for group in unity_groups.groups_of(sources, size)]

    def test_strangers_go_together_up_to_the_size(self):
        self.assertEqual(self.groups("int a();\n", "int b();\n", "int c();\n", size=2), [[0, 1], [2]])

    def test_two_with_one_name_of_their_own_do_not(self):
        for line in ("constexpr int kMost = 3;", "int most(int a) { return a; }", "struct Most {};",
                     "using Most = int;", "const char* const kMost[] = {\"a\"};", "std::vector<int> most;"):
            own = "namespace {\n\n" + line + "\n\n}  // namespace\n"
            self.assertEqual(self.groups(own, own), [[0], [1]], line)

    def test_nor_does_one_that_names_it_in_another_sense(self):
        own = "namespace {\nint seconds() { return 1; }\n}  // namespace\n"
        self.assertEqual(self.groups(own, "void wait(int seconds);\n"), [[0], [1]])

    def test_nor_does_one_that_includes_a_header_with_that_name(self):
        own = "namespace {\nint middleOf() { return 1; }\n}  // namespace\n"
        including = '#include "metrics/recording/latency_buckets.h"\n'
        self.assertEqual(self.groups(own, including), [[0], [1]])
        self.assertEqual(self.groups(including + own, including), [[0, 1]])

    def test_what_is_in_texts_and_comments_and_behind_points_does_not_count(self):
        own = "namespace {\nint seconds() { return 1; }\n}  // namespace\n"
        self.assertEqual(self.groups(own, '// seconds\nauto a = "seconds", b = c.seconds + d->seconds;\n'), [[0, 1]])

    def test_values_of_a_plain_enumeration_are_names_too(self):
        one = "namespace {\nenum Field : int { kName = 1, kTime };\n}  // namespace\n"
        other = "namespace {\nenum Other : int { kTime = 2 };\n}  // namespace\n"
        self.assertEqual(self.groups(one, other), [[0], [1]])

    def test_the_same_test_twice_does_not(self):
        test = "TEST(Suite, Name) {}\n"
        self.assertEqual(self.groups(test, test), [[0], [1]])

    def test_the_same_using_declaration_may_be_in_both(self):
        self.assertEqual(self.groups("using testing::Not;\n", "using testing::Not;\nNot(1);\n"), [[0, 1]])
        self.assertEqual(self.groups("using testing::Not;\n", "Not(1);\n"), [[0], [1]])

    def test_one_that_opens_a_namespace_stays_alone(self):
        self.assertEqual(self.groups("using namespace json;\n", "int a();\n"), [[1]])


if __name__ == "__main__":
    unittest.main()
