"""What the closed sets of a decision mean, in a sentence each."""

from schemas.output import DecisionNote, Objection, Row

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
OBJECTIONS = {
    Objection.TOO_LITTLE: "shares too little text",
    Objection.LONGER: "this article contains it, but most of it is its own",
    Objection.ONE_PARAGRAPH: "shares only one paragraph",
    Objection.NUMBERS_OR_NAMES: "has other numbers or names, like reports made from one template",
    Objection.OWN_LEAD: "has a lead of its own: another event, or a story of the same material",
    Objection.SAME_QUOTE: "quotes the same letter or statement in another story",
    Objection.TITLES: "shares little or is very short, and the titles differ",
    Objection.TOO_LONG: "is too long for a shared part to say anything",
    Objection.TRUST: "its source is trusted less than this one's",
    Objection.NOT_USABLE: "is withheld or canceled",
    Objection.OVER_QUOTA: "its source has more articles in the window than its limit",
    Objection.ROUNDUP: "one of the two holds several stories beside one another",
}

# What else was seen.
NOTES = {
    DecisionNote.ROUNDUP: "it holds several stories beside one another",
    DecisionNote.OVER_QUOTA: "its source has more articles in the window than its limit",
    DecisionNote.NUMBERS_DIFFER: "it has another figure than the article it is a copy of",
    DecisionNote.REUSED_IDENTITY: "its id or address was that of another story",
    DecisionNote.TWO_STORIES: "it shows two stories to be one",
    DecisionNote.LONGER_VERSION: "it is a longer version of an earlier article of another source",
    DecisionNote.LATE_ORIGINAL: "it was published before the article it copies, but arrived later",
}
