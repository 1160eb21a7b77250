"""What a person reads when the settings stop the start."""

from collections.abc import Sequence

from . import machine


def report(arguments: Sequence[str], wrong: Exception) -> str:
    """Return what to print for settings that cannot be used; the doctor adds what it can still see."""
    problems = getattr(wrong, "problems", [str(wrong)])
    if arguments[:1] != ["doctor"]:
        return "\n".join(f"✗ {problem.rstrip('.')}." for problem in problems)
    findings = [
        *machine.findings(),
        *(machine.Finding("settings", problem) for problem in problems),
    ]
    return "\n".join(finding.line() for finding in findings)
