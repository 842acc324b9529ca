"""In which order a set stands: by which measure, and how it is written when it shall be another."""

from dataclasses import dataclass

from cifar_core.picture_sets.expression import Both, Call, Expression, Word, parse


@dataclass(frozen=True)
class Order:
    """By what pictures are sorted.

    Attributes
    ----------
    measure : str
        Its name: ``"brightness"``, ``"loss"``.
    runs : tuple of str
        Ids of the runs that give it; none for what is measured on the pictures.
    down : bool
        Whether the largest come first.
    """

    measure: str
    runs: tuple[str, ...] = ()
    down: bool = True

    def __str__(self) -> str:
        return str(
            Call(self.measure, tuple(Word(run) for run in self.runs)) if self.runs else Word(self.measure)
        )


def sorting(expression: Expression) -> Call | None:
    """Return the call that gives a set its order; ``None`` where no measure does.

    Parameters
    ----------
    expression : Expression
        Of the set. ``a and b`` has the order of ``a``, the first of a set that of the set.
    """
    match expression:
        case Call("sort"):
            return expression
        case Call("first", (_, Call() | Both() as of)):
            return sorting(of)
        case Both(parts):
            return sorting(parts[0])
    return None


def order_of(text: str) -> Order | None:
    """Return the order that a set stands in; ``None`` where no measure gives it.

    Parameters
    ----------
    text : str
        Expression of the set, written in full.

    Examples
    --------
    >>> order_of("first(9, sort(class(cat), loss(a), down))")
    Order(measure='loss', runs=('a',), down=True)
    """
    call = sorting(parse(text))
    if call is None:
        return None
    _, measure, *direction = call.parts
    down = [str(one) for one in direction] == ["down"]
    if isinstance(measure, Call):
        return Order(measure.name, tuple(run.text for run in measure.parts if isinstance(run, Word)), down)
    return Order(str(measure), (), down)


def in_order(text: str, order: Order | None) -> str:
    """Write the expression of a set in another order.

    Parameters
    ----------
    text : str
        Expression of the set, sorted or not.
    order : Order or None
        The other one; ``None`` takes the sorting off.

    Examples
    --------
    >>> in_order("sort(class(cat), hue)", Order("loss", ("a",)))
    'sort(class(cat), loss(a), down)'
    >>> in_order("sort(class(cat), hue)", None)
    'class(cat)'
    """
    expression = parse(text)
    if (
        isinstance(expression, Call)
        and expression.name == "sort"
        and not isinstance(expression.parts[0], Word)
    ):
        expression = expression.parts[0]
    if order is None:
        return str(expression)
    return f"sort({expression}, {order}{', down' if order.down else ''})"
