"""What the closed sets of a decision mean, in a sentence each."""

from schemas.output import Row

RULES = {
    Row.SAME_IDENTITY_SAME_TEXT: "The same article (its id, or source and URL) with the same text.",
    Row.SAME_IDENTITY_OTHER_TEXT: "The same article (its id, or source and URL) with another text.",
    Row.OLDER_VERSION: "An older version of an article; a newer one had already arrived.",
    Row.STATUS_CHANGED: "The same article with another status: withheld, canceled or usable again.",
    Row.SAME_SOURCE_SAME: "A text that this source has published before.",
    Row.SAME_SOURCE_CHANGED: "A story of the same source with a changed text or a marked title.",
    Row.OTHER_SOURCE_COPY: "Its text is a copy of an earlier article of another source.",
    Row.UNKNOWN_SOURCE_COPY: "Its text is a copy of an earlier article; a source is unknown.",
    Row.NOTHING_LEFT: "All of it is furniture (standing lines of its source), or was seen before.",
    Row.NEVER_SUPPRESS: "A copy, but its source is always published (never_suppress).",
    Row.RELEASED: "Held back at first, then published by `cleanwire release`.",
    Row.NO_MATCH: "No earlier article in the window shares enough of its text.",
}

# Why a candidate did not decide although it shares text (docs/dedupe.md has the thresholds).
NOTES = {
    "too_little": "shares too little text",
    "longer": "this article contains it, but most of it is its own",
    "one_paragraph": "shares only one paragraph",
    "numbers_or_names": "has other numbers or names, like reports made from one template",
    "own_lead": "has a lead of its own: another event, or another story from the same material",
    "same_quote": "quotes the same letter or statement in another story",
    "titles": "shares little or is very short, and the titles differ",
    "too_long": "is too long for a shared part to say anything",
    "trust": "its source is trusted less than this one's",
    "not_usable": "is withheld or canceled",
    "over_quota": "its source has more articles in the window than its limit",
    "roundup": "one of the two holds several stories beside one another",
    # Of the decision as a whole.
    "numbers_differ": "it has another figure than the article it is a copy of",
    "reused_identity": "its id or address was that of another story",
    "two_stories": "it shows two stories to be one",
    "longer_version": "it is a longer version of an earlier article of another source",
    "late_original": "it was published before the article it is a copy of, but arrived later",
}
