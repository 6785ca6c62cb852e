"""What is written for operators is true to the code."""

import re
from pathlib import Path

import yaml

from streams.exit_status import ExitStatus
from streams.metrics import Metrics
from streams.settings.rows import rows

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "ops").iterdir()),
]


def metric_names() -> set[str]:
    """Return every series name that a worker may show."""
    suffixes = ("", "_total", "_bucket", "_count", "_sum")
    families = Metrics().registry.collect()
    return {family.name + suffix for family in families for suffix in suffixes}


def test_alerts_ask_for_metrics_that_exist() -> None:
    """An alert on a name that no worker shows would never fire."""
    alerts = yaml.safe_load((ROOT / "ops/alerts.yml").read_text(encoding="utf-8"))
    rules = [rule for group in alerts["groups"] for rule in group["rules"]]
    asked = {name for rule in rules for name in re.findall(r"cleanwire_\w+", rule["expr"])}
    assert asked
    assert asked <= metric_names()


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
