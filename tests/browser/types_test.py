"""TypeScript's checker over the plain modules of the live page, by their jsconfig.json and JSDoc types.
usage: types_test.py TSC
Skipped (77) if there is no tsc.js at TSC, or no node.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TSC = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "")
MODULES = pathlib.Path(__file__).resolve().parents[2] / "http/pages/live"
SKIPPED = 77


def faults(folder):
    return subprocess.run(
        ["node", TSC, "--project", folder / "jsconfig.json"], capture_output=True, text=True, timeout=200, check=False
    ).stdout


class Types(unittest.TestCase):
    def test_every_module_is_well_typed(self):
        self.assertEqual(faults(MODULES), "")

    def test_a_wrong_argument_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("jsconfig.json", "format.js"):
                shutil.copy(MODULES / name, folder)
            wrong = pathlib.Path(folder, "wrong.js")
            wrong.write_text("import {digits} from './format.js';\ndigits('12');\n", encoding="utf-8")
            self.assertIn("wrong.js(2,8): error TS2345", faults(pathlib.Path(folder)))


if __name__ == "__main__":
    if not TSC.is_file() or shutil.which("node") is None:
        print("no tsc or no node: scripts/fetch-web-assets and scripts/install-dependencies bring them")
        sys.exit(SKIPPED)
    unittest.main(argv=sys.argv[:1])
