"""`python -m services.crawler`"""

from __future__ import annotations

import sys

from services.crawler.app import main

sys.exit(main())
