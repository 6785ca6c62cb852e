"""Pages of a made site, before and after it changed its layout."""

import json
import random

SITE = "harbour-gazette.example"
NOUNS = [
    "harbour",
    "council",
    "bridge",
    "school",
    "river",
    "market",
    "train",
    "garden",
    "library",
    "ferry",
    "tower",
    "museum",
]
VERBS = [
    "opened",
    "closed",
    "repaired",
    "painted",
    "moved",
    "sold",
    "visited",
    "measured",
    "praised",
    "named",
]
MENU = "".join(f'<li><a href="/{name}">{name.title()}</a></li>' for name in NOUNS)
FRAME = (
    "<html><head><title>{title} - Harbour Gazette</title></head><body><nav><ul>{menu}</ul></nav>"
    "{body}<footer><p>Harbour Gazette, all rights reserved.</p></footer></body></html>"
)


class Story:
    """A story of some paragraphs that no other has."""

    def __init__(self, number: int) -> None:
        self._rng = random.Random(number)  # noqa: S311 - repeatable text, no secret
        self.number = number
        self.title = f"The {self._word()} that was {self._rng.choice(VERBS)} by the {self._word()}"
        self.paragraphs = [
            " ".join(self._sentence() for _ in range(5)) for _ in range(self._rng.randint(5, 12))
        ]

    def _word(self) -> str:
        return self._rng.choice(NOUNS)

    def _sentence(self) -> str:
        day = self._rng.randint(2, 28)
        return (
            f"On the {day}th the {self._word()} near the {self._word()} was "
            f"{self._rng.choice(VERBS)} and the {self._word()} {self._rng.choice(VERBS)} again."
        )


def old_page(story: Story) -> str:
    """The layout that the site has had: an article with a headline."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
    return FRAME.format(
        title=story.title, menu=MENU, body=f"<article><h1>{story.title}</h1>{text}</article>"
    )


def scripted(story: Story) -> str:
    """The text is loaded by a script; the page itself has a first sentence."""
    data = json.dumps({"story": story.paragraphs})
    lead = story.paragraphs[0].split(". ")[0]
    return FRAME.format(
        title=story.title,
        menu=MENU,
        body=f"<main><h1>{story.title}</h1><p>{lead}.</p><script>show({data})</script></main>",
    )


def walled(story: Story) -> str:
    """Nothing but a request to allow cookies."""
    del story
    return (
        "<html><head></head><body><div><p>We use cookies.</p><p>Accept all cookies</p>"
        "<p>Manage cookies</p></div></body></html>"
    )


def untitled(story: Story) -> str:
    """The headline is a picture now."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
    page = FRAME.format(title="", menu=MENU, body=f"<article>{text}</article>")
    return page.replace("<title> - Harbour Gazette</title>", "")
