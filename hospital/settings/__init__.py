"""One package of settings per way of running; ``OPENWARD_MODE`` chooses it.

``demo`` (the default) serves a trial on this machine only, ``production`` a real hospital, ``test``
and ``bench`` are for developers.
"""

import os

MODE = os.environ.get("OPENWARD_MODE") or "demo"

if MODE == "production":
    from .production import *  # noqa: F403
elif MODE == "test":
    from .test import *  # noqa: F403
elif MODE == "bench":
    from .bench import *  # noqa: F403
else:
    from .demo import *  # noqa: F403
