"""`cleanwire rules`: a new rule file, and a check that notices what does not hold."""

import subprocess
import sys
from pathlib import Path

from streams.agents.clean import current_rules
from streams.core.rules.check import new_rule_stub
from tests.support.command import cleanwire

ROOT = Path(__file__).parents[2]


def rules(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `cleanwire rules` with `arguments`."""
    return subprocess.run(
        [sys.executable, "-m", "streams.cli", "rules", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_installed_rules_hold() -> None:
    """Each example and counter-example of the rules that come with cleanwire."""
    done = rules("check")
    assert done.returncode == 0, done.stderr


def test_a_new_file_can_be_read_and_its_example_holds(tmp_path: Path) -> None:
    """The stub is a rule file itself, so that one starts from something that works."""
    assert rules("new", "example.com", "--dir", str(tmp_path)).returncode == 0
    assert f"{tmp_path}: 1 rules in 1 files" in rules("check", "--dir", str(tmp_path)).stdout
    assert rules("new", "example.com", "--dir", str(tmp_path)).returncode == 1


def test_an_example_that_does_not_hold_is_named(tmp_path: Path) -> None:
    """Status 1, and the rule by its full name."""
    rules("new", "example.com", "--dir", str(tmp_path))
    file = tmp_path / "example.com.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('after = ""', 'after = "x"'), encoding="utf-8")
    done = rules("check", "--dir", str(tmp_path))
    assert done.returncode == 1
    assert "example.com/what-it-removes" in done.stderr


def test_what_is_no_domain_is_refused(tmp_path: Path) -> None:
    """It would be a file that no article is under."""
    done = rules("new", "Example", "--dir", str(tmp_path))
    assert done.returncode == 2
    assert not list(tmp_path.iterdir())


def test_a_domain_that_no_article_looks_for_is_refused(tmp_path: Path) -> None:
    """With the one that they look for."""
    done = rules("new", "www.example.com", "--dir", str(tmp_path))
    assert (done.returncode, "rules new example.com" in done.stderr) == (2, True)


def test_rules_of_ones_own_are_read_by_all(tmp_path: Path) -> None:
    """By `new`, `check` and `clean`, before those that are installed."""
    env = {"CLEANWIRE_RULES_DIR": "own"}
    assert cleanwire("rules", "new", "example.com", cwd=tmp_path, env=env).returncode == 0
    assert "own: 1 rules" in cleanwire("rules", "check", cwd=tmp_path, env=env).stdout
    text = b"The ferry sails again.\nWrite a pattern here\nIt has a new engine."
    arguments = ("clean", "-", "--url", "https://example.com/1", "--format", "diff")
    done = cleanwire(*arguments, cwd=tmp_path, stdin=text, env=env)
    assert "example.com/what-it-removes" in done.stdout, done.stderr
    (tmp_path / "own/example.com.toml").write_text("broken", encoding="utf-8")
    done = cleanwire(*arguments, cwd=tmp_path, stdin=text, env=env)
    assert (done.returncode, "example.com.toml" in done.stderr) == (2, True)


def test_changed_rules_are_seen_at_once_and_broken_ones_are_not(tmp_path: Path) -> None:
    """A worker goes on with the rules that it had."""
    file = tmp_path / "example.com.toml"
    file.write_text(new_rule_stub("example.com"), encoding="utf-8")
    assert "example.com" in current_rules(str(tmp_path))
    file.write_text("broken", encoding="utf-8")
    assert "example.com" in current_rules(str(tmp_path))
    file.unlink()
    assert "example.com" not in current_rules(str(tmp_path))
