"""The manifests for Kubernetes are valid YAML and say what the exporter needs of a cluster, and no more."""
import pathlib
import sys
import unittest

try:
    import yaml
except ImportError:
    print("skipped: no python3-yaml")
    sys.exit(77)

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "packaging/kubernetes"
OBJECTS = {path.name: yaml.safe_load(path.read_text()) for path in FOLDER.glob("*.yaml")}


class Manifests(unittest.TestCase):
    def setUp(self):
        self.pod = OBJECTS["daemonset.yaml"]["spec"]["template"]["spec"]
        (self.container,) = self.pod["containers"]
        (self.port,) = self.container["ports"]

    def test_each_file_is_one_object_of_a_kind(self):
        for name, read in OBJECTS.items():
            self.assertTrue({"apiVersion", "kind"} <= read.keys(), name)

    def test_the_kustomization_names_files_that_are_there(self):
        self.assertLessEqual(set(OBJECTS["kustomization.yaml"]["resources"]), OBJECTS.keys())

    def test_the_pod_sees_the_host(self):
        self.assertTrue(self.pod["hostNetwork"] and self.pod["hostPID"])
        (mount,) = self.container["volumeMounts"]
        self.assertEqual(mount, {"name": "root", "mountPath": "/host/root", "mountPropagation": "HostToContainer",
                                 "readOnly": True})

    def test_the_pod_has_no_rights(self):
        self.assertIs(self.pod["automountServiceAccountToken"], False)
        self.assertIs(self.pod["securityContext"]["runAsNonRoot"], True)
        self.assertEqual(self.container["securityContext"], {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}})

    def test_probes_ask_the_process_and_not_its_collectors(self):
        for probe, path in (("livenessProbe", "/-/healthy"), ("readinessProbe", "/-/ready")):
            self.assertEqual(self.container[probe]["httpGet"], {"path": path, "port": self.port["name"]})

    def test_all_speak_of_one_port_and_one_label(self):
        self.assertEqual(self.port["name"], "metrics")
        labels = OBJECTS["daemonset.yaml"]["spec"]["template"]["metadata"]["labels"]
        self.assertEqual(OBJECTS["service.yaml"]["spec"]["selector"], labels)
        self.assertEqual(OBJECTS["service.yaml"]["spec"]["ports"][0]["port"], self.port["containerPort"])
        for name, endpoints in (("servicemonitor.yaml", "endpoints"), ("podmonitor.yaml", "podMetricsEndpoints")):
            self.assertEqual(OBJECTS[name]["spec"]["selector"]["matchLabels"], labels)
            self.assertEqual(OBJECTS[name]["spec"][endpoints][0]["port"], self.port["name"])
        self.assertEqual(OBJECTS["networkpolicy.yaml"]["spec"]["podSelector"]["matchLabels"], labels)


if __name__ == "__main__":
    unittest.main()
