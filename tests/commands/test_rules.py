"""`cleanwire rules`: a new rule file, and a check that notices what does not hold."""

import subprocess
import sys
from pathlib import Path

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
    assert "1 rules in 1 files" in rules("check", "--dir", str(tmp_path)).stdout
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
