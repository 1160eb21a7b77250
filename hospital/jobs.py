"""What the worker does again and again."""

from hospital.kit.jobs import every


def register() -> None:
    """Hand this app's regular work to the worker."""
    from hospital.kit import drafts, idempotency
    from hospital.services import jobs, sealing, searches

    every(2)(sealing.seal_new)
    every(30)(jobs.reap)
    every(3600)(idempotency.forget_old)
    every(3600)(searches.forget_old)
    every(3600)(drafts.forget_old)
