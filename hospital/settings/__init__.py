"""One module of settings per way of running; ``OPENWARD_MODE`` chooses it.

``demo`` (where there is no ``.env``) serves a trial on this machine only, ``production`` (where there
is one) a real hospital; ``test`` and ``bench`` are for developers.
"""

from hospital.launch import place

from .environment import Misconfigured

try:
    MODE = place.mode()
except place.Refused as refusal:
    raise Misconfigured([str(refusal)]) from None

if MODE == "production":
    from .production import *  # noqa: F403
elif MODE == "test":
    from .test import *  # noqa: F403
elif MODE == "bench":
    from .bench import *  # noqa: F403
else:
    from .demo import *  # noqa: F403
