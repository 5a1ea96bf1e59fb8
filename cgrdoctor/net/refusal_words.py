"""What a refusal speaks of: a policy of Xray's, one of Curation's, or a right that the user lacks.

The texts differ by version and product (JFrog knowledge base 000006433, captures of 7.161).
"""

from __future__ import annotations

import re

PERMISSION = re.compile(r"permission|not permitted|not authori[sz]ed|unauthori[sz]ed|insufficient", re.IGNORECASE)
"""What Artifactory says where the user lacks a right."""

_APART = r"(?<![\w./-])(?:{})(?![\w/-])"
"""A word that is no part of an image's or repository's name."""

CURATION = re.compile(_APART.format(r"curat\w+|quarantin\w+|immature|waivers?|open[ -]source policy"), re.IGNORECASE)
XRAY = re.compile(
    _APART.format(r"x-?ray|scan(?:s|ned|ning)?|vulnerabilit\w+|security polic\w+|violat\w+|download[ -]block\w+"),
    re.IGNORECASE,
)
