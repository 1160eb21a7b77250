"""``manage.py setup``: make an empty installation a real hospital's."""

import getpass
import os
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from hospital.kit.errors import RuleError, problem_of
from hospital.kit.passwords import ContextWordsValidator
from hospital.models import Hospital, User
from hospital.services import installation, preflight

QUESTIONS = {
    "hospital_code": ("Hospital code, a short word", ""),
    "hospital_name": ("Hospital name", ""),
    "time_zone": ("Time zone, such as Africa/Nairobi", ""),
    "currency": ("Currency, three letters", ""),
    "country": ("Country, two letters", ""),
    "username": ("Administrator's username", "admin"),
    "full_name": ("Administrator's full name", ""),
    "email": ("Administrator's e-mail", ""),
}


class Command(BaseCommand):
    help = "Set up an empty real installation: the first hospital and its first administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        for name, (question, _default) in QUESTIONS.items():
            parser.add_argument(f"--{name.replace('_', '-')}", help=question)

    def handle(self, *args: Any, **options: Any) -> None:
        self._prepare()
        answers = {name: options[name] or _ask(*QUESTIONS[name]) for name in QUESTIONS}
        password = self._password(answers)
        answers["code"] = answers.pop("hospital_code")
        answers["name"] = answers.pop("hospital_name")
        try:
            hospital, user = installation.set_up(**answers, password=password)
        except (RuleError, ValidationError) as error:
            raise CommandError(_told(error)) from error
        self.stdout.write(
            f"{hospital.name} is set up, and {user.username} is its administrator. Start with: ./run"
        )

    def _prepare(self) -> None:
        """Migrate, and refuse a database that is somebody's already before asking anything."""
        if settings.IS_DEMO:
            raise CommandError(
                "A real installation begins with its settings: cp .env.example .env, fill it in, and "
                "run this again."
            )
        found = preflight.schema()
        if problem := preflight.too_new(found):
            raise CommandError(f"{problem}.")
        if found.pending:
            call_command("migrate", interactive=False, verbosity=0)
        if preflight.is_demo():
            raise CommandError(
                "This is the demo's database; name another in DATABASE_URL, or empty it with: "
                "./run demo --remove"
            )
        if Hospital.objects.exists() or User.objects.exists():
            raise CommandError(
                f"The database {connection.settings_dict['NAME']} is set up already; more hospitals "
                "are added by its operator."
            )

    def _password(self, answers: dict[str, str]) -> str:
        """From OPENWARD_ADMIN_PASSWORD or typed twice; refused as any person's would be."""
        user = User(
            username=answers["username"], full_name=answers["full_name"], email=answers["email"]
        )
        password = os.environ.get("OPENWARD_ADMIN_PASSWORD") or _ask_password()
        try:
            validate_password(password, user)
            # The hospital is not in the database yet, so the validators cannot know its name.
            names = [answers["hospital_name"], answers["hospital_code"]]
            ContextWordsValidator(words=lambda: names).validate(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return password


def _ask(question: str, default: str) -> str:
    if not sys.stdin.isatty():
        raise CommandError(f"Not told: {question}; give it as an option, see ./run setup --help.")
    shown = f"{question} [{default}]: " if default else f"{question}: "
    answer = ""
    while not answer:
        answer = input(shown).strip() or default
    return answer


def _ask_password() -> str:
    if not sys.stdin.isatty():
        raise CommandError("No password; give it in the environment as OPENWARD_ADMIN_PASSWORD.")
    while True:
        password = getpass.getpass("Administrator's password, 15 or more characters: ")
        if password == getpass.getpass("The same again: "):
            return password
        print("The two differ; once more.")


def _told(error: Exception) -> str:
    """The sentences of a refusal, each with the field it is about."""
    problem = problem_of(error)
    if problem is None:
        return str(error)
    fields = [
        f"{name}: {sentence}" for name, rows in problem.errors.items() for _, sentence in rows
    ]
    return " ".join([str(problem.detail), *fields])
