"""One version: that of CMake's project()."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSION = re.search(r"^project\(orchestrator_exporter VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text(),
                    re.MULTILINE)[1]


class Release(unittest.TestCase):
    def test_the_changelog_begins_with_it(self):
        self.assertEqual(re.search(r"^## (\S+) \(", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[1], VERSION)

    def test_the_image_of_the_stack_has_it(self):
        self.assertIn(f"image: orchestrator_exporter:{VERSION}\n", (ROOT / "docker-compose.yml").read_text())

    def test_every_example_is_in_the_list_of_examples(self):
        folder = ROOT / "packaging/examples"
        listed = re.findall(r"^\| \[(.+?)\]\((.+?)\)", (folder / "README.md").read_text(), re.MULTILINE)
        self.assertEqual(sorted(target for _, target in listed),
                         sorted(path.name for path in folder.iterdir() if path.name != "README.md"))


if __name__ == "__main__":
    unittest.main()
