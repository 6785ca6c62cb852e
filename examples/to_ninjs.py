"""A clean article as an IPTC ninjs 3.0 item: `cleanwire tail | python examples/to_ninjs.py`."""

import json
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote


def ninjs(article: Mapping[str, Any]) -> dict[str, Any]:
    """Return a clean article as an item; what it does not know is left out."""
    item = {
        "uri": f"urn:x-cleanwire:{quote(article['id'], safe='')}",
        "standard": {
            "name": "ninjs",
            "version": "3.0",
            "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json#",
        },
        "type": "text",
        "version": str(article["revision"]),
        "versionCreated": article.get("updated_at") or article["arrived_at"],
        "firstCreated": article.get("published_at"),
        "pubStatus": article["pub_status"],
        "language": article.get("language"),
        "by": article.get("byline") or ", ".join(article["authors"]),
        "headlines": [{"role": "main", "value": article["title"]}] if article.get("title") else [],
        "bodies": [{"role": "main", "contentType": "text/plain", "value": article["text"]}],
        "infoSources": [{"name": article["source"]}],
        "copyrightNotice": article.get("copyright_notice"),
        "usageTerms": article.get("usage_terms"),
    }
    return {name: value for name, value in item.items() if value}


def main() -> None:
    """Turn JSON lines of clean articles into JSON lines of items."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(ninjs(json.loads(line)), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
