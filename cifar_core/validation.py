"""What pydantic finds wrong with a file or a form, as sentences."""

from pydantic import ValidationError


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
        ``"The training settings cannot be used. epochs: input should be greater than … (given: '0')."``; of each value
        the first 60 characters.
    """
    findings: dict[str, tuple[list[str], str]] = {}
    for finding in error.errors(include_url=False, include_context=False):
        # Where a field may be one of two kinds, pydantic finds fault with both: one sentence is enough.
        parts = [str(part) for part in finding["loc"]]
        if parts and (parts[-1] == "bool" or parts[-1].startswith("literal[")):
            parts.pop()
        given = "" if finding["type"] == "missing" else f" (given: {str(finding['input'])[:60]!r})"
        words = finding["msg"].removeprefix("Value error, ")
        faults, _ = findings.setdefault(".".join(parts) or "value", ([], given))
        faults.append(f"{words[0].lower()}{words[1:]}")
    sentences = [f"{field}: {', or '.join(faults)}{given}" for field, (faults, given) in findings.items()]
    return f"{subject} cannot be used. " + "; ".join(sentences) + "."
