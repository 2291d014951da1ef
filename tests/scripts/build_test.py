"""scripts/build, scripts/fetch-civetweb and scripts/test: what they say, and when they say nothing."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

PRESETS = """{
  "version": 6,
  "configurePresets": [{"name": "dev", "generator": "Ninja", "binaryDir": "${sourceDir}/build/dev"}],
  "buildPresets": [{"name": "dev", "configurePreset": "dev"}]
}"""
PROJECT = """cmake_minimum_required(VERSION 3.25)
project(small NONE)
add_custom_command(OUTPUT first COMMAND ${CMAKE_COMMAND} -E touch first)
add_custom_command(OUTPUT second COMMAND ${CMAKE_COMMAND} -E touch second DEPENDS first)
add_custom_target(good ALL DEPENDS second)
add_custom_target(bad COMMAND sh -c "echo the compiler says no >&2; exit 1")
"""
# Stands for apt-get: trixie's mirror lacks the source, forky's has another version.
APT_GET = """#!/bin/sh
for argument in "$@"; do
  case $argument in -oDir::Etc::SourceList=*) list=${argument#*=} ;; update) exit 0 ;; esac
done
suite=$(awk '{print $4}' "$list")
if [ "$suite" = "$GOOD_SUITE" ]; then
  mkdir -p civetweb-1.16/src civetweb-1.16/include
  touch civetweb-1.16/src/civetweb.c civetweb-1.16/include/civetweb.h
elif [ "$suite" = trixie ]; then
  echo "E: Failed to fetch civetweb" >&2
  exit 100
else
  mkdir civetweb-2.0
fi
"""


class Scripts(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        shutil.copytree(ROOT / "scripts", self.folder / "scripts")
        (self.folder / "CMakePresets.json").write_text(PRESETS)
        (self.folder / "CMakeLists.txt").write_text(PROJECT)
        source = self.folder / "build/_deps/civetweb"
        for file in ("src/civetweb.c", "include/civetweb.h"):
            (source / file).parent.mkdir(parents=True, exist_ok=True)
            (source / file).touch()

    def run_script(self, *command, **environment):
        return subprocess.run(
            [str(self.folder / command[0]), *command[1:]],
            capture_output=True,
            text=True,
            timeout=50,
            env=os.environ | environment,
        )

    def test_build_says_how_far_it_is(self):
        ended = self.run_script("scripts/build", "dev")
        self.assertEqual((ended.returncode, ended.stdout), (0, ""))
        self.assertRegex(
            ended.stderr,
            r"\Abuilding dev: the log is build/dev.log\n"
            r"(building dev: [12] of 2 steps, \d+ s\n)+\Z",
        )
        self.assertTrue((self.folder / "build/dev/second").exists())

    def test_build_says_nothing_if_there_is_nothing_to_do(self):
        self.run_script("scripts/build", "dev")
        ended = self.run_script("scripts/build", "dev")
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "", ""))

    def test_build_repeats_what_the_compiler_says_of_a_fault(self):
        ended = self.run_script("scripts/build", "dev", "bad")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("the compiler says no", ended.stderr)

    def fetch(self, suite):
        tools = self.folder / "tools"
        tools.mkdir()
        (tools / "apt-get").write_text(APT_GET)
        (tools / "apt-get").chmod(0o755)
        shutil.rmtree(self.folder / "build/_deps")
        return self.run_script(
            "scripts/fetch-civetweb",
            str(self.folder / "build/_deps/civetweb"),
            PATH=f"{tools}:{os.environ['PATH']}",
            GOOD_SUITE=suite,
        )

    def test_fetch_says_nothing_of_a_suite_that_did_not_serve_if_another_did(self):
        ended = self.fetch("forky")
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "", ""))
        self.assertTrue((self.folder / "build/_deps/civetweb/src/civetweb.c").exists())

    def test_fetch_says_why_each_suite_did_not_serve_if_none_did(self):
        ended = self.fetch("none")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("trixie: E: Failed to fetch civetweb\n", ended.stderr)
        self.assertIn("forky: has another version than 1.16\n", ended.stderr)

    def test_test_knows_no_other_words_than_all_and_threads(self):
        for words in (["nonsense"], ["all", "more"]):
            ended = self.run_script("scripts/test", *words)
            self.assertEqual((ended.returncode, ended.stderr), (2, "usage: scripts/test [all|threads]\n"))


if __name__ == "__main__":
    unittest.main()
