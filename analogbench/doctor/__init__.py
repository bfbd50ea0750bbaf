"""What is installed, and whether it works together.

Whatever may crash, hang or print is done by a child process, which says facts (`child`, `facts`); the parent asks all
children at once (`asking`) and judges what they said (`components`, `checks`). The parent never imports torch.
"""
