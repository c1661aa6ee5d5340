"""What stops an evaluation that cannot be trusted; each message says what to do."""

from index.errors import AvotsError

__all__ = ["BaselineError", "EvaluationError", "GoldError"]


class EvaluationError(AvotsError):
    """The evaluation was asked for something that is not there."""


class GoldError(EvaluationError):
    """A gold file is missing, malformed, or does not fit the documents."""


class BaselineError(EvaluationError):
    """The baseline, or a result to compare with it, is missing, malformed, or about something else."""
