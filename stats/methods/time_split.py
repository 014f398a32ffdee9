"""Training, recalibration and test apart in time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TimeSplit:
    """Which years of statements learn, recalibrate and test.

    ``horizon`` is the number of years after a statement within which a default counts. Nothing is
    recalibrated where ``calibrate_until`` is None.
    """

    train_until: int
    calibrate_until: int | None = None
    horizon: int = 1


def split_by_time(year: ArrayLike, split: TimeSplit) -> tuple[Mask, Mask, Mask]:
    """The rows of training, recalibration and test; n booleans each, no row in two of them.

    Training are the years up to T. The next part begins at T + horizon: until then the outcomes
    that trained the model reach into the years to be foretold, so the statements between belong to
    no part. The same gap lies between recalibration and test. Never splits by row: a firm's next
    year tells too much of this one. Raises ValueError for a horizon below 1 and for a part that
    has no rows.
    """
    years = np.asarray(year, np.int64)
    if split.horizon < 1:
        raise ValueError("the horizon is at least one year")
    train = years <= split.train_until
    after = split.train_until + split.horizon
    calibration = np.zeros(len(years), np.bool_)
    if split.calibrate_until is not None:
        calibration = (years >= after) & (years <= split.calibrate_until)
        if not calibration.any():
            raise ValueError("there is no year to recalibrate on")
        after = split.calibrate_until + split.horizon
    test = years >= after
    if not train.any() or not test.any():
        raise ValueError("there is no year to train on or none to test on")
    return train, calibration, test
