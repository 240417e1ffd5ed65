"""What the course needs, beside what is installed."""

from importlib.metadata import PackageNotFoundError, requires, version

import pandas as pd
from packaging.requirements import Requirement


def package_report(requirements=None):
    """A table of the packages that the course needs: found, wanted, and [OK] or [FAIL].

    Parameters: requirements, strings such as "numpy>=2.0,<3"; by default what the course itself declares, extras left out.
    Returns: pandas.DataFrame, one row per package, with the columns "found", "wanted" and "verdict".
    Taught in notebook 0.
    """
    rows = {}
    for text in requires("gates-to-flows") if requirements is None else requirements:
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            found = None
        fits = found is not None and requirement.specifier.contains(found, prereleases=True)
        wanted = ", ".join(sorted(map(str, requirement.specifier), reverse=True))
        rows[requirement.name] = found or "missing", wanted, "[OK]" if fits else "[FAIL]"
    return pd.DataFrame.from_dict(rows, orient="index", columns=["found", "wanted", "verdict"])
