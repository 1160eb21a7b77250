"""Migrating in a fraction of Django's time: the same operations and the same SQL.

After each operation Django makes the classes of the model and of whatever is related to it anew. Here
everything is related to the hospital, so each of hundreds of operations made hundreds of classes.
Three kinds of operation leave the other models' classes as they are: a new model, a constraint, an index.
"""

from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState


class LightState(ProjectState):
    """The state that migrations are applied to, forwards.

    A clone is Django's own: its classes are also another state's, so they must not be touched.
    """

    def add_model(self, model_state: ModelState) -> None:
        """Make the one class. It joins those that are there, as each does when all are made at once."""
        key = model_state.app_label, model_state.name_lower
        if "apps" not in self.__dict__ or key[1] in self.apps.all_models[key[0]]:
            super().add_model(model_state)
            return
        self.models[key] = model_state
        here: Any = self
        if here._relations is not None:
            here.resolve_model_relations(key)
        self.apps.render_multiple([model_state])

    def _append_option(self, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
        options = self.models[app_label, model_name].options
        options[option_name] = [*options[option_name], obj]
        self._take_over(app_label, model_name, option_name)

    def _take_over(self, app_label: str, model_name: str, option_name: str) -> None:
        """Give the class the option, instead of making it and all that are related to it anew.

        The state before shares the class. Of an operation on constraints or indexes only the state
        after it is looked at, and the next one's state before is this one.
        """
        if "apps" not in self.__dict__:
            return
        meta: Any = self.apps.get_model(app_label, model_name)._meta
        taken = [one.clone() for one in self.models[app_label, model_name].options[option_name]]
        setattr(meta, option_name, taken)
        meta.original_attrs[option_name] = taken
        meta.__dict__.pop("total_unique_constraints", None)


class LightExecutor(MigrationExecutor):
    """Django's, with a light state on the way forwards."""

    def _migrate_all_forwards(self, state: ProjectState, *args: Any, **kwargs: Any) -> ProjectState:
        light = LightState(models=state.models, real_apps=state.real_apps)
        return super()._migrate_all_forwards(light, *args, **kwargs)  # type: ignore[misc]


class MigrateCommand(migrate.Command):
    """``migrate``, which names its executor nowhere but among its module's names."""

    def handle(self, *args: Any, **options: Any) -> None:
        module: Any = migrate
        theirs, module.MigrationExecutor = module.MigrationExecutor, LightExecutor
        try:
            super().handle(*args, **options)
        finally:
            module.MigrationExecutor = theirs
