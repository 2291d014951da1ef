"""The units are valid, sandboxed, and name what the package installs."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PACKAGING = pathlib.Path(__file__).resolve().parents[2] / "packaging"
SYSTEMD = PACKAGING / "systemd"
SERVICE = SYSTEMD / "orchestrator-exporter.service"
EXPOSURE = 25  # tenths


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


class Unit(unittest.TestCase):
    def test_both_units_are_valid(self):
        # The program and its page are not installed here: a program that is stands for it.
        with tempfile.TemporaryDirectory() as folder:
            for unit in SYSTEMD.iterdir():
                text = unit.read_text().replace("/usr/bin/orchestrator_exporter", "/bin/true")
                text = re.sub(r"^Documentation=.*\n", "", text, flags=re.MULTILINE)
                (pathlib.Path(folder) / unit.name).write_text(text)
            checked = analyze("verify", *map(str, sorted(pathlib.Path(folder).iterdir())))
        self.assertEqual((checked.returncode, checked.stdout), (0, ""))

    def test_little_is_exposed(self):
        rated = analyze("security", "--offline=true", f"--threshold={EXPOSURE}", str(SERVICE))
        self.assertEqual(rated.returncode, 0, rated.stdout[-200:])

    def test_the_clock_may_be_read(self):
        # The collector timex fails without them.
        self.assertIn("\nSystemCallFilter=adjtimex clock_adjtime\n", SERVICE.read_text())
        self.assertNotIn("\nProtectClock=", SERVICE.read_text())

    def test_flags_come_from_the_file_that_the_package_installs(self):
        self.assertIn("\nEnvironmentFile=-/etc/default/orchestrator-exporter\n", SERVICE.read_text())
        self.assertTrue((PACKAGING / "default/orchestrator-exporter").exists())


if __name__ == "__main__":
    if shutil.which("systemd-analyze") is None:
        print("skipped: no systemd-analyze")
        sys.exit(77)
    unittest.main()
