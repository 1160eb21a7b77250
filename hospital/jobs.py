"""What the worker does again and again."""

from hospital.kit.jobs import every


def register() -> None:
    """Hand this app's regular work to the worker."""
    from hospital.kit import drafts, idempotency
    from hospital.kit import exports as lists
    from hospital.services import (  # noqa: F401 (one declares its jobs and no more)
        exports,
        import_running,
        imports,
        jobs,
        sealing,
        searches,
    )

    lists.hand_long_ones_to(exports.start)
    every(2)(sealing.seal_new)
    every(30)(jobs.reap)
    every(3600)(idempotency.forget_old)
    every(3600)(searches.forget_old)
    every(600)(exports.forget_old)
    every(600)(jobs.forget_proposals)
    every(3600)(imports.forget_old)
    every(3600)(jobs.forget_old)
    every(3600)(drafts.forget_old)
