"""`cleanwire rules check` and `cleanwire rules new`."""

from pathlib import Path

from typer.testing import CliRunner

from streams.cli import app

RUN = CliRunner()


def test_the_installed_rules_pass() -> None:
    """The rules that come with cleanwire are sound."""
    result = RUN.invoke(app, ["rules", "check"])
    assert result.exit_code == 0
    assert "are sound" in result.stdout


def test_a_new_file_passes_and_is_not_overwritten(tmp_path: Path) -> None:
    """A stub can be checked as it is, and a second `new` leaves it alone."""
    directory = ["--directory", str(tmp_path)]
    assert RUN.invoke(app, ["rules", "new", "example.com", *directory]).exit_code == 0
    assert RUN.invoke(app, ["rules", "check", *directory]).exit_code == 0
    assert isinstance(
        RUN.invoke(app, ["rules", "new", "example.com", *directory]).exception, FileExistsError
    )


def test_a_path_is_no_domain(tmp_path: Path) -> None:
    """Nothing is written outside of the directory."""
    result = RUN.invoke(app, ["rules", "new", "../x.com", "--directory", str(tmp_path / "rules")])
    assert isinstance(result.exception, ValueError)
    assert not (tmp_path / "x.com.toml").exists()


def test_a_broken_example_fails(tmp_path: Path) -> None:
    """The exit status tells a script that a rule does not do what it says."""
    directory = ["--directory", str(tmp_path)]
    RUN.invoke(app, ["rules", "new", "example.com", *directory])
    path = tmp_path / "example.com.toml"
    path.write_text(path.read_text().replace('after = ""', 'after = "else"'))
    assert RUN.invoke(app, ["rules", "check", *directory]).exit_code == 1
