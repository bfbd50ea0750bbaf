"""One module for each component: `probe` finds facts in a child process, `judge` makes findings of them in the parent.

What is heavy or may be broken is imported inside `probe`.
"""
