"""docker-compose.yml: what docker-compose accepts, and what has to hold for every service."""
import os
import pathlib
import re
import subprocess
import unittest

import yaml

from programs import ROOT

FILE = ROOT / "docker-compose.yml"


class Compose(unittest.TestCase):
    def setUp(self):
        self.services = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]

    def test_is_accepted_by_docker_compose(self):
        done = subprocess.run(
            ["docker-compose", "-f", FILE, "config", "-q"],
            capture_output=True,
            text=True,
            check=False,
            env=dict(os.environ, COMPOSE_PROJECT_NAME="test"),
        )
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_pins_the_version_of_every_image(self):
        for name, service in self.services.items():
            self.assertRegex(service["image"], r":v?\d+\.\d+\.\d+", name)

    def test_checks_the_health_of_every_service(self):
        for name, service in self.services.items():
            if "build" in service:
                self.assertIn("\nHEALTHCHECK ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
            else:
                self.assertIn("healthcheck", service, name)

    def test_listens_on_the_loopback_only(self):
        for name, service in self.services.items():
            self.assertEqual(service["network_mode"], "host", name)
            said = " ".join(
                [*service.get("command", []), *map(str, service.get("environment", {}).values())]
            )
            self.assertIn("127.0.0.1", said, name)
            self.assertNotIn("0.0.0.0", said, name)

    def test_mounts_files_of_this_repository_and_of_the_host_read_only(self):
        for name, service in self.services.items():
            for volume in service["volumes"] if "volumes" in service else []:
                source, _, options = (
                    volume.split(":") if volume.count(":") == 2 else (*volume.split(":"), "")
                )
                if source.startswith(("/", ".")):
                    self.assertIn("ro", options.split(","), f"{name}: {volume}")
                if source.startswith("."):
                    self.assertTrue((ROOT / source).exists(), source)

    def test_gives_the_exporter_the_paths_that_it_mounts(self):
        exporter = self.services["exporter"]
        mounted = {volume.split(":")[1] for volume in exporter["volumes"]}
        flags = dict(flag.split("=", 1) for flag in exporter["command"] if "=" in flag)
        self.assertEqual(
            mounted,
            {flags[f"--path.{name}"] for name in ("procfs", "sysfs", "rootfs", "udev.data")},
        )
        self.assertEqual((exporter["network_mode"], exporter["pid"]), ("host", "host"))

    def test_leaves_no_password_that_everyone_knows(self):
        environment = self.services["grafana"]["environment"]
        self.assertEqual(
            environment["GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"],
            "${GRAFANA_WITHOUT_ADMIN:-true}",
        )
        self.assertEqual(environment["GF_SECURITY_ADMIN_PASSWORD"], "${GRAFANA_PASSWORD:-}")

    def test_provisions_the_data_source_and_the_folder_that_are_mounted(self):
        provider = yaml.safe_load(
            (ROOT / "dashboards/provisioning/dashboards/orchestrator_exporter.yml").read_text(
                encoding="utf-8"
            )
        )
        path = provider["providers"][0]["options"]["path"]
        self.assertIn(f"./dashboards/grafana:{path}:ro", self.services["grafana"]["volumes"])
        source = yaml.safe_load(
            (ROOT / "dashboards/provisioning/datasources/prometheus.yml").read_text(
                encoding="utf-8"
            )
        )["datasources"][0]
        listening = next(
            flag for flag in self.services["prometheus"]["command"] if "listen-address" in flag
        )
        self.assertEqual(source["url"], "http://" + listening.split("=")[1])


class Image(unittest.TestCase):
    def test_runs_as_a_user_without_privileges(self):
        lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
        self.assertIn("USER 65534:65534", lines)

    def test_is_built_of_files_that_are_sent(self):
        sent = {
            line[1:]
            for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
            if line.startswith("!")
        }
        for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines():
            if line.startswith("COPY ") and "--from" not in line:
                for source in line.split()[1:-1]:
                    self.assertTrue(
                        pathlib.PurePath(source).parts[0]
                        in {pathlib.PurePath(each).parts[0] for each in sent},
                        source,
                    )
                    self.assertTrue((ROOT / source).exists(), source)

    def test_has_all_libraries_that_the_program_loads_when_it_needs_them(self):
        named = set()
        for folder in ("exporter", "http", "metrics"):
            for file in (ROOT / folder).rglob("*.cc"):
                named |= set(re.findall(r'"(lib\w+\.so\.\d+)"', file.read_text(encoding="utf-8")))
        script = (ROOT / "packaging/image/collect-files").read_text(encoding="utf-8")
        listed = re.search(r"^loaded=\((.*)\)$", script, re.MULTILINE)[1].split()
        self.assertEqual(sorted(named - {"libsystemd.so.0"}), sorted(listed))


if __name__ == "__main__":
    unittest.main()
