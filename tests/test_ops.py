"""What is written for operators is true to the code."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from prometheus_client import generate_latest

from schemas import Reason, Verdict
from streams.core.messages.message import Handled, Message, Output
from streams.exit_status import ExitStatus
from streams.metrics import Metrics
from streams.settings.rows import rows

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted(file for file in (ROOT / "ops").rglob("*") if file.is_file()),
]
ALERTS = yaml.safe_load((ROOT / "ops/alerts.yml").read_text(encoding="utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
KUBERNETES_VALIDATE = Path(sys.executable).with_name("kubernetes-validate")
UNIT = ROOT / "ops/cleanwire.service"
PROMTOOL = shutil.which("promtool")


def metric_names() -> set[str]:
    """Return every series name that a worker may show."""
    suffixes = ("", "_total", "_bucket", "_count", "_sum")
    families = Metrics().registry.collect()
    return {family.name + suffix for family in families for suffix in suffixes}


def asked_for(expression: str) -> set[str]:
    """Return the names of the series in an expression of PromQL."""
    return set(re.findall(r"\b((?:cleanwire|process)_\w+)", expression))


def test_alerts_ask_for_metrics_that_exist() -> None:
    """An alert on a name that no worker shows would never fire."""
    asked = set().union(*(asked_for(rule["expr"]) for rule in RULES))
    assert asked
    assert asked <= metric_names()


def test_the_dashboard_asks_for_metrics_and_labels_that_exist() -> None:
    """A panel on a name that no worker shows would stay empty."""
    dashboard = json.loads((ROOT / "ops/grafana/cleanwire.json").read_text(encoding="utf-8"))
    expressions = [each["expr"] for panel in dashboard["panels"] for each in panel["targets"]]
    asked = set().union(*map(asked_for, expressions))
    assert asked <= metric_names()
    # Whatever a worker shows is on the dashboard, but for what it is made of.
    shown = {name for name in metric_names() if name.startswith("cleanwire_")}
    families = {family.name for family in Metrics().registry.collect()}
    missing = {f for f in families if not any(a.startswith(f) for a in asked) and f in shown}
    assert missing <= {"cleanwire_build_info", "cleanwire_committed_offset"}


def test_every_series_exists_from_the_start() -> None:
    """At 0: the first rise of a counter that was not there could not be seen."""
    samples = [s for family in Metrics().registry.collect() for s in family.samples]
    values = {(s.name, *s.labels.values()): s.value for s in samples}
    for stage, reason in (("clean", "not_json"), ("dedupe", "dedupe_failed")):
        assert values["cleanwire_messages_total", stage, reason] == 0
        assert values["cleanwire_rejections_total", stage, reason] == 0
    for verdict in Verdict:
        assert values["cleanwire_messages_total", "dedupe", verdict.value] == 0
    for removal in Reason:
        assert values["cleanwire_removals_total", removal.value] == 0
    assert values["cleanwire_transactions_aborted_total", "clean"] == 0
    assert ("process_resident_memory_bytes",) in values
    assert 1 in [value for name, value in values.items() if name[0] == "cleanwire_build_info"]


def test_a_committed_transaction_is_counted_in_every_way() -> None:
    """Its outcome, the reasons of removals and rejections, and the limits that it met."""
    metrics = Metrics()
    message = Message("news.prepared", 0, 0, 0, None, b"")
    told = Output("clean", None, b"", outcome="new", removed=("share", "share"), notes=("x",))
    over = Output("clean", None, b"", outcome="new", notes=("over_quota",))
    late = Output("rejected", None, b"", outcome="time_limit")
    metrics.count("dedupe", [(message, Handled((told,))), (message, Handled((over,)))])
    metrics.count("clean", [(message, Handled((late,))), (message, Handled())])
    shown = generate_latest(metrics.registry).decode()
    for line in (
        'cleanwire_messages_total{outcome="new",stage="dedupe"} 2.0',
        'cleanwire_messages_total{outcome="redelivered",stage="clean"} 1.0',
        'cleanwire_removals_total{reason="share"} 2.0',
        'cleanwire_rejections_total{reason="time_limit",stage="clean"} 1.0',
        'cleanwire_bounds_reached_total{bound="articles_per_source"} 1.0',
        'cleanwire_bounds_reached_total{bound="article_time"} 1.0',
    ):
        assert line in shown


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is missing (Debian: package prometheus)")
def test_alerts_fire_when_they_should_and_only_then() -> None:
    """Prometheus's own unit tests of alerts, and of the configuration that loads them."""
    for command in (["test", "rules", "alerts.test.yml"], ["check", "config", "prometheus.yml"]):
        done = subprocess.run(
            [PROMTOOL or "", *command],
            cwd=ROOT / "ops",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_a_test_that_fires_and_one_that_does_not() -> None:
    """And a section of its name that says what to do."""
    text = (ROOT / "ops/alerts.test.yml").read_text(encoding="utf-8")
    tests = [t for test in yaml.safe_load(text)["tests"] for t in test["alert_rule_test"]]
    runbook = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    for rule in RULES:
        name = rule["alert"]
        fires = {bool(test["exp_alerts"]) for test in tests if test["alertname"] == name}
        assert fires == {True, False}, name
        assert rule["annotations"]["runbook_url"] == f"docs/operations.md#{name.lower()}"
        assert f"\n### {name}\n" in runbook


def test_kubernetes_manifests_are_valid() -> None:
    """By the schemas that Kubernetes publishes, unknown fields refused."""
    done = subprocess.run(
        [KUBERNETES_VALIDATE, "--strict", "--quiet", ROOT / "ops/kubernetes/cleanwire.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_unit_gives_a_worker_no_more_than_it_needs() -> None:
    """Exposure below 3, of 10, by systemd's own measure."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=30", UNIT],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    if "Unknown" in done.stderr or "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze cannot look at a file")
    assert done.returncode == 0, done.stdout[-200:] + done.stderr


def test_pages_name_metrics_that_exist() -> None:
    """Neither does documentation speak of metrics that are not there."""
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(cleanwire_\w+)", text)) <= metric_names()


def test_pages_name_settings_that_exist() -> None:
    """Every CLEANWIRE_ name in README, docs and ops is a setting."""
    known = {row.name for row in rows()}
    for page in PAGES:
        named = set(re.findall(r"\bCLEANWIRE_[A-Z_]*[A-Z]\b", page.read_text(encoding="utf-8")))
        assert named <= known, page


def test_every_exit_status_is_documented() -> None:
    """A supervisor's owner finds each one in the table."""
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    shown = {
        int(number)
        for row in re.findall(r"^\| ([\d, ]+) \|", text, re.MULTILINE)
        for number in row.split(",")
    }
    assert {status.value for status in ExitStatus} <= shown


def test_links_lead_somewhere() -> None:
    """Every relative link of the documentation is a file."""
    for page in PAGES:
        if page.suffix == ".md":
            for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
                assert (page.parent / link).exists(), (page, link)


def test_every_exit_status_is_explained() -> None:
    """A worker ends with no other than those of the table."""
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    table = text.split("| exit status |")[1].split("\n\n")[0]
    explained = {int(row.split("|")[1]) for row in table.splitlines()[3:]}
    assert explained == {int(status) for status in ExitStatus}
