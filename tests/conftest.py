"""What all tests share: hypothesis without a clock, the same examples every time."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, max_examples=40)
settings.load_profile("steady")
