"""Lines at the end of a story that say who wrote it, and captions with their day."""

from streams.core.residue.cleaner import find_residue

STORY = (
    "青波岬灯台で半世紀にわたり灯を守ってきた沢田源一さん（90）が24日、最後の点灯を終えた。",  # noqa: RUF001 - Japanese
    "灯台は来月から自動化され、海上保安庁の遠隔装置に切り替わる。",
)


def kept(*lines: str) -> list[str]:
    """Return the lines that stay."""
    verdicts = find_residue(lines, "灯台").verdicts
    return [line for line, verdict in zip(lines, verdicts, strict=True) if verdict is None]


def test_a_name_in_brackets_signs_at_the_end() -> None:
    """Between paragraphs it may be a remark."""
    assert kept(*STORY, "（内海直樹）") == list(STORY)  # noqa: RUF001 - brackets of Japanese
    assert "（内海直樹）" in kept(STORY[0], "（内海直樹）", STORY[1])  # noqa: RUF001 - as above


def test_names_with_an_address_sign_at_the_end() -> None:
    """A sentence that ends with an address for mail is the story's."""
    assert kept(*STORY, "Jane Miller jmiller@harrow.example") == list(STORY)
    assert kept(*STORY, "한서윤 기자 syhan@jawol.example") == list(STORY)
    sentence = "Whoever wants to sail writes to harbour@harrow.example"
    assert sentence in kept(*STORY, sentence)


def test_an_agency_signs_with_initials() -> None:
    """Of a state's service or of an editor."""
    for line in ("(dpa/lno)", "PAP/ks", "ant/rh"):
        assert kept(*STORY, line) == list(STORY)


def test_a_caption_with_its_day_goes() -> None:
    """The line of a schedule is shorter, and a sentence has its stop."""
    caption = "最後の点灯を終えた灯台守の沢田さん\uff1d24日、青波岬"
    assert kept(STORY[0], caption, STORY[1]) == list(STORY)
    for line in ("▽決勝\uff1d24日、国立競技場", "会場\uff1d24日、市民会館"):
        assert line in kept(STORY[0], line, STORY[1])
