"""The problems a person can act on.

Every message is one or two sentences for the person at the screen: what is wrong, then what to do.
Pages and the command line show ``str(error)`` and nothing else; any other exception is a defect of ours.
"""

from collections.abc import Mapping

from cifar_core.names import visible


class CifarLabError(Exception):
    """Base of all problems whose message is meant to be read by the user.

    Attributes
    ----------
    details : tuple of str
        Lines that belong to the message but are too many for it.
    """

    details: tuple[str, ...] = ()


class DataError(CifarLabError):
    """A data set is missing, damaged, or not what it claims to be."""


class DamagedArchiveError(DataError):
    """An archive cannot be read, whoever tries, until it is replaced."""


class OtherPicturesError(DataError):
    """An address names pictures that this machine does not have.

    Attributes
    ----------
    path : str
        Where they are to lie, if the address says that; empty if not.
    """

    path: str = ""


class BrokenPicturesError(DataError):
    """Files of a data set cannot be read as pictures.

    Parameters
    ----------
    files : int
        How many were tried.
    broken : mapping of str to str
        Reason of each that failed, by its name.
    without : str
        Key that opens the data set without them.
    """

    def __init__(self, files: int, broken: Mapping[str, str], without: str) -> None:
        names = list(broken)
        more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
        them = "it" if len(names) == 1 else "them"
        self.leaves_some = files > len(names)
        if self.leaves_some:
            what = "as a picture" if len(names) == 1 else "as pictures"
            said = f"{len(names):,} of {files:,} files cannot be read {what}"
            instead = f"Replace or delete {them}, or open the data set without {them}: {without}"
        else:
            said = (
                "The only file cannot be read as a picture"
                if files == 1
                else f"None of the {files:,} files can be read as a picture"
            )
            instead = f"Put pictures in {'its' if files == 1 else 'their'} place, or choose another folder."
        super().__init__(f"{said}: {', '.join(names[:3])}{more}. {instead}")
        self.files = files
        self.broken = broken
        self.details = tuple(f"{name}: {reason}" for name, reason in broken.items())
        self.without = without


class ConfigError(CifarLabError):
    """A hyper-parameter, another field of a configuration, or a command-line value is not allowed."""


class RunError(CifarLabError):
    """A run does not exist, is damaged, or cannot do what was asked of it now."""


class ExpressionError(CifarLabError):
    """An expression that asks for pictures cannot be understood.

    Parameters
    ----------
    problem : str
        What is wrong and what to do, as a sentence.
    text : str
        The whole expression.
    at : int
        Where in it, counted from 0.
    """

    def __init__(self, problem: str, text: str, at: int) -> None:
        near = visible(text[at : at + 30])
        place = f"near “{near}” (character {at + 1})" if near else "at the end"
        super().__init__(f"The picture set cannot be understood {place}: {problem}")
        self.at = at


class NetworkFileError(CifarLabError):
    """A file cannot be opened as a network.

    Parameters
    ----------
    path : path-like
        The file.
    cause : str
        Why, in one line.
    """

    def __init__(self, path: object, cause: str) -> None:
        super().__init__(f"The model at {path} cannot be opened: {cause.rstrip('. ')}.")
        self.cause = cause


class NetworkRefusedError(NetworkFileError):
    """A file is not opened as a network, because of what it says of itself.

    Parameters
    ----------
    path : path-like
        The file.
    reason : str
        Why, in whole sentences; it becomes ``cause``.
    """

    def __init__(self, path: object, reason: str) -> None:
        CifarLabError.__init__(self, f"The model at {path} cannot be opened. {reason}")
        self.cause = reason


class ImageError(CifarLabError):
    """An uploaded file is not a picture that can be shown."""


class ExplainError(CifarLabError):
    """An explanation cannot be computed for this model or picture."""


class AccessError(CifarLabError):
    """Somebody may not log in, or logins are not set up in a way that works."""


class InterchangeError(CifarLabError):
    """A file or run of another program cannot be taken over, or one of ours cannot be handed on."""


class ClusterError(CifarLabError):
    """The Ray cluster cannot be reached, does not let us in, or cannot do what was asked of it."""
