"""The page: every leaderboard in one HTML file that needs nothing else.

content ← views (tables), details (cells, failures), origins (provenance), series (learning curves)
document: content → HTML, by the templates, style and scripts in assets/
"""
