"""Every exception that the project raises on purpose.

AnalogbenchError
├── UsageError            what was asked for cannot be done: one line, exit code 2
│   ├── UnknownNameError  no plugin, parameter or suite has that name
│   ├── ParameterError    a parameter has the wrong type or lies out of range
│   └── SelectionError    a selection such as 'tiki-taka[lr=0.1]' cannot be read, or selects nothing
├── PluginError           a plugin breaks the rules of the interfaces
│   └── UnsavableError    a plugin's state is none that a checkpoint can hold
├── UnavailableError      something that a cell needs is not on this machine: the cell is skipped
│   └── DataMissingError  a data set is not there
└── RecordError           a record cannot be read
"""

import difflib
from collections.abc import Iterable
from typing import Any


class AnalogbenchError(Exception):
    """The root of all errors that the project raises on purpose."""


class UsageError(AnalogbenchError):
    """What the user asked for cannot be done; the message is one line that says what to do."""


class UnknownNameError(UsageError):
    """No `kind` has the name `name`; the message suggests the nearest of `choices`; `note` ends it."""

    def __init__(self, kind: str, name: str, choices: Iterable[str], note: str = "") -> None:
        self.kind, self.name, self.choices, self.note = kind, name, sorted(choices), note
        super().__init__(f"unknown {kind} {name!r}; {self._hint()}{'; ' if note else ''}{note}")

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions pickle by their message, which is not what __init__ takes; workers send theirs to the coordinator.
        return type(self), (self.kind, self.name, self.choices, self.note)

    def _hint(self) -> str:
        if not self.choices:
            return f"there is no {self.kind}"
        folded = {choice.lower().partition("[")[0]: choice for choice in self.choices}  # a label's mere name, too
        folded |= {choice.lower(): choice for choice in self.choices}
        near = [folded[key] for key in difflib.get_close_matches(self.name.lower(), folded, n=1)]
        choices = f"choose from: {', '.join(self.choices)}"
        return f"did you mean {near[0]!r}? ({choices})" if near else choices


class ParameterError(UsageError):
    """A parameter has the wrong type or lies out of range."""


class SelectionError(UsageError):
    """A selection cannot be read, or selects nothing."""


class PluginError(AnalogbenchError):
    """A plugin breaks the rules of the interfaces."""


class UnsavableError(PluginError):
    """A plugin's state is none that a checkpoint can hold; the message says where in it."""


class UnavailableError(AnalogbenchError):
    """Something that a cell needs is not on this machine, or does not work there; the message says what to do."""


class DataMissingError(UnavailableError):
    """A data set is not there; the message says how to get it."""


class RecordError(AnalogbenchError):
    """A record cannot be read; the message names the file."""
