"""Statistical comparison of the crossbar simulator with AIHWKIT.

`python -m analogbench_plugins.parity --out docs/parity` makes the page. Nothing else imports this package, so that
AIHWKIT is needed only where the comparison is run.
"""
