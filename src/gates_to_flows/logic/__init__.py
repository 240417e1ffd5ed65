"""Logic in networks: statements, the networks that compute them, and statements read off trained networks."""

from gates_to_flows.logic.circuits import ThresholdNetwork, Unit, compile_statement
from gates_to_flows.logic.formulas import Formula, extract_formula
from gates_to_flows.logic.statements import names_in, shortest_statement, truth_rows, truth_table

__all__ = [
    "Formula",
    "ThresholdNetwork",
    "Unit",
    "compile_statement",
    "extract_formula",
    "names_in",
    "shortest_statement",
    "truth_rows",
    "truth_table",
]
