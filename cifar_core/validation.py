"""What pydantic finds wrong with a file or a form, as sentences."""

from typing import Any

from pydantic import ValidationError

from cifar_core.names import visible

_MOST_NAMED = 5
"""More sentences than that nobody reads."""

_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be text",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be a table of names and values",
    "model_type": "must be a table of names and values",
}
"""Kinds of findings that pydantic tells in a programmer's words."""

_MOST_FINDINGS = 1000
"""To list them takes pydantic longer than to find them: a million would take it a minute."""


def explain_validation(error: ValidationError, subject: str) -> str:
    """Turn pydantic's findings into one sentence per field.

    Parameters
    ----------
    error : pydantic.ValidationError
        From ``model_validate`` or ``model_validate_json``; it may hold several findings.
    subject : str
        What was checked, as the beginning of a sentence: ``"The training settings"``.

    Returns
    -------
    str
        ``"The training settings cannot be used. epochs: must be greater than … (given: '0')."``; of each value
        the first 60 characters.
    """
    if error.error_count() > _MOST_FINDINGS:
        return f"{subject} cannot be used. It is wrong in more than {_MOST_FINDINGS:,} places."
    findings: dict[str, tuple[list[str], str]] = {}
    for finding in error.errors(include_url=False, include_context=False):
        # Where a field may be one of two kinds, pydantic finds fault with both: one sentence is enough.
        parts = [str(part) for part in finding["loc"]]
        if parts and (parts[-1] == "bool" or parts[-1].startswith("literal[")):
            parts.pop()
        told = finding["type"] not in ("missing", "json_invalid")  # whose value is the whole file
        given = "" if not told else f" (given: {_beginning(finding['input'])!r})"
        words = _WORDS.get(finding["type"]) or _plain(finding["msg"])
        faults, _ = findings.setdefault(".".join(parts), ([], given))
        if words not in faults:
            faults.append(words)
    sentences = [
        f"{_of_field(field, ', or '.join(faults))}{given}"
        for field, (faults, given) in list(findings.items())[:_MOST_NAMED]
    ]
    more = len(findings) - len(sentences)
    return f"{subject} cannot be used. " + "; ".join(sentences) + (f"; and {more:,} more." if more else ".")


def _of_field(field: str, faults: str) -> str:
    """Name the field; where the whole is wrong, there is none, and a sentence begins."""
    return f"{visible(field, 200)}: {faults}" if field else f"{faults[:1].upper()}{faults[1:]}"


def _plain(message: str) -> str:
    words = message.removeprefix("Value error, ").replace("Input should be", "must be", 1)
    if words.startswith("Invalid JSON: "):
        return f"damaged, or its end is missing ({words.removeprefix('Invalid JSON: ')})"
    return f"{words[0].lower()}{words[1:]}"


def _beginning(value: Any) -> str:
    try:
        return str(value)[:60]
    except ValueError:  # Python writes no integer of more than 4,300 digits.
        return "a number of thousands of digits"
