"""Widgets whose value stands in the address, and a sentence where an address asks for what there is not."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from cifar_core.words.address import unknown_sentence
from cifar_core.words.markdown import plain


def bound(name: str, options: Sequence[Any], words: Callable[[Any], str] = str) -> dict[str, Any]:
    """Bind a widget to the address, which names its value unless that is what the page begins with.

    Parameters
    ----------
    name : str
        Of the parameter, and key of the widget.
    options : sequence
        What the widget offers, such as a ``range`` of numbers.
    words : callable
        How the widget writes an option: so Streamlit writes it into the address.

    Returns
    -------
    dict
        For the widget. What the address names and the widget does not offer is said here, in a sentence.
    """
    if name not in st.session_state:  # else the widget itself has led on from what the address named
        _asked(name, options if isinstance(options, range) else [words(option) for option in options])
    return {"key": name, "bind": "query-params"}


def kept(
    name: str,
    options: Sequence[Any],
    default: Any,
    *,
    key: str | None = None,
    unknown: Callable[[str], str] | None = None,
) -> dict[str, Any]:
    """Keep a widget's value in the address, whatever it is: what a page begins with differs from machine to machine.

    Parameters
    ----------
    name : str
        Of the parameter.
    options : sequence
        What the widget offers, such as a ``range`` of numbers.
    default : object
        One of them, for an address that names none.
    key : str, optional
        Of the widget, if not the name.
    unknown : callable, optional
        Says that what the address names is not there, if there is a better sentence than the usual one.

    Returns
    -------
    dict
        For the widget.
    """
    key = key or name
    asked = _asked(name, options, unknown)
    value = default if asked is None else asked
    # The address wins: Back leads through it. Set at each run, the value is told to the browser each time: one that was
    # asked again before it had drawn the widget would begin with the widget's own first value.
    st.session_state[key] = value
    if st.query_params.get(name) != str(value):  # every write is a message to the browser
        st.query_params[name] = str(value)

    def write() -> None:
        st.query_params[name] = str(st.session_state[key])

    return {"key": key, "on_change": write}


def named(name: str, options: Sequence[Any], default: Any, *, label: str | None = None) -> dict[str, Any]:
    """Keep a widget's value in the address while it is not the usual one.

    Parameters
    ----------
    name : str
        Of the parameter, and key of the widget.
    options : sequence
        What the widget offers.
    default : object
        The usual one of them.
    label : str, optional
        Of the widget, where another page has one of the same name.

    Returns
    -------
    dict
        For the widget.
    """
    asked = _asked(name, options, label=label)
    st.session_state[name] = default if asked is None else asked
    if asked is None:
        st.query_params.pop(name, None)  # it was told once

    def write() -> None:
        value = st.session_state[name]
        st.query_params.update({name: [] if value == default else str(value)})

    return {"key": name, "on_change": write}


def chosen(name: str, options: Sequence[Any], default: Any) -> Any:
    """Return what the address names where no widget of Streamlit's chooses it: one of the options.

    Parameters
    ----------
    name : str
        Of the parameter.
    options : sequence
        What there is to choose from.
    default : object
        One of them, for an address that names none.
    """
    asked = _asked(name, options)
    return default if asked is None else asked


def _asked(
    name: str,
    options: Sequence[Any],
    unknown: Callable[[str], str] | None = None,
    label: str | None = None,
) -> Any:
    """Return the option that the address names; ``None`` if it names none of them, which is then said."""
    asked = st.query_params.get(name)
    if asked is None:
        return None
    if isinstance(options, range):
        digits = asked.removeprefix("-")
        found = int(asked) if digits.isdecimal() and len(asked) < 16 and int(asked) in options else None
    else:
        found = next((option for option in options if str(option) == asked), None)
    if found is None:
        sentence = unknown(asked) if unknown else plain(unknown_sentence(name, asked, options, label))
        st.warning(sentence, icon=":material/link_off:")
    return found
