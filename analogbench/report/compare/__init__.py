"""Two algorithms against each other: what `analogbench compare` calculates and says.

sides: what was asked for → two rows of the leaderboard
matching: the settings and seeds that both have
goals: the target of their learning curves
duels: everything together
notes, sentence, numbers: one sentence, and what a reader must know beside it
text, data: as tables, and for other programs
"""
