"""Leaderboards as folders or archives that anybody can host and check.

origins, index: what is published, by file, by record, and by what made it
making: the one seam to the report; gather: records and suites' pages into a fresh folder; anonymous: without machines
folder, archive, unpack: into the place, or out of it, whole or not at all
verify: everything again, from the other side
"""
