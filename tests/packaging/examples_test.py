"""The program takes every example of a file that a user writes.
usage: examples_test.py PROGRAM"""
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "packaging/examples"
PROGRAM = sys.argv.pop(1)


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, cwd=EXAMPLES)


class Examples(unittest.TestCase):
    def expect_taken(self, *arguments):
        ended = run("--once", "--collector.disable-defaults", "--history.memory=0", *arguments)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return ended.stdout

    def test_the_configuration_is_valid(self):
        checked = run("check-config", "orchestrator-exporter.yml")
        self.assertEqual((checked.returncode, checked.stdout), (0, "orchestrator-exporter.yml: valid\n"))

    def test_the_web_configuration_is_taken(self):
        self.expect_taken("--web.config.file=web.yml")

    def test_the_statsd_mapping_is_taken(self):
        self.expect_taken("--statsd.mapping-config=statsd.yml")

    def test_the_tokens_are_taken(self):
        self.expect_taken("--ingest.token-file=tokens")

    def test_the_rules_of_processes_group_this_test(self):
        given = self.expect_taken("--collector.namedprocess", "--collector.namedprocess.config=processes.yml")
        self.assertRegex(given, r'\nnamedprocess_namegroup_num_procs\{groupname="python3[^"]*"\} [1-9]')

    def test_the_text_file_is_served(self):
        given = self.expect_taken("--collector.textfile", "--collector.textfile.directory=.")
        self.assertIn('\nbackup_last_success_timestamp_seconds{job="database"} ', given)
        self.assertIn("\nnode_textfile_scrape_error 0\n", given)

    def test_every_flag_of_the_examples_is_known(self):
        known = set(re.findall(r"--(?:\[no-\])?([a-z0-9_.-]+)", run("--help-all").stdout))
        known |= {f"collector.{path.stem}" for path in (ROOT / "exporter/collectors").glob("*.cc")}
        written = (EXAMPLES / "flags").read_text() + (ROOT / "packaging/default/orchestrator-exporter").read_text()
        self.assertEqual(set(re.findall(r"--([a-z0-9_.-]+)", written)) - known - {"help"}, set())


if __name__ == "__main__":
    unittest.main()
