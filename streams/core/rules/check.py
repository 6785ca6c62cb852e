"""What `cleanwire rules check` and `cleanwire rules new DOMAIN` do, as pure functions."""

import re
from collections.abc import Iterator

from streams.core.rules.apply import ANY_SOURCE, NamedRule, Rules, apply_alone, may_hit

_DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}")

_STUB = """\
# Rules for {domain}. Text in examples is written by you, not copied from the publisher.
# Then run: cleanwire rules check

[[rule]]
id = "what-it-removes"                # full name: {domain}/what-it-removes
op = "drop_line"                      # strip_prefix strip_suffix drop_line cut_after
pattern = '^Write a pattern here$'    # of one line; literal string: no double escaping
reason = "navigation"                 # error_page navigation share newsletter cookie paywall advert
                                      # caption byline related tags comments legal agency
why = "Say why this is no part of the article."
seen = "2026-01-31 https://{domain}/..."

  [[rule.example]]                    # must change like this
  before = "Write a pattern here"
  after = ""

  [[rule.keeps]]                      # looks alike and must stay
  text = "He said: Write a pattern here and see."
"""


def new_rule_stub(domain: str) -> str:
    """Return the text of a new rule file for a registrable domain.

    Raises:
        ValueError: the domain is none.
    """
    if not _DOMAIN.fullmatch(domain):
        raise ValueError(f"{domain!r} is no domain; write it like example.com, in lower case")
    return _STUB.format(domain=domain)


def check_rules(rules: Rules) -> list[str]:
    """Return everything that is wrong with the rules, a sentence each; nothing when all is well."""
    return [problem for named in _all(rules) for problem in _problems(named, rules)]


def _all(rules: Rules) -> Iterator[NamedRule]:
    for named_rules in rules.values():
        yield from named_rules


def _problems(named: NamedRule, rules: Rules) -> Iterator[str]:
    domain = named.name.partition("/")[0]
    if domain != ANY_SOURCE and not _DOMAIN.fullmatch(domain):
        yield f"{named.name}: the file is named {domain}.toml, which is no domain"
    own = rules[domain]
    if sum(other.rule.id == named.rule.id for other in own) > 1:
        yield f"{named.name}: the id is used twice in its file"
    yield from _wrong_examples(named)
    for other in own if domain != ANY_SOURCE else _all(rules):
        for number, keeps in enumerate(other.rule.keeps):
            if (
                other.rule.field is named.rule.field
                and apply_alone(named, keeps.text) != keeps.text
            ):
                yield f"{named.name}: it changes what {other.name} keeps (counter-example {number})"


def _wrong_examples(named: NamedRule) -> Iterator[str]:
    for number, example in enumerate(named.rule.example):
        after = apply_alone(named, example.before)
        if after != example.after:
            yield f"{named.name}: example {number} gives {after!r}, not {example.after!r}"
        if apply_alone(named, after) != after:
            yield f"{named.name}: example {number} changes again when the rule runs twice"
        if not may_hit(named.rule, example.before):
            yield f"{named.name}: example {number} does not hold what `contains` says of every hit"
        if example.before == example.after:
            yield f"{named.name}: example {number} changes nothing, so it shows nothing"
