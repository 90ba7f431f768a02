"""Evidence for a review queue: what in a round is odd, and how often honest work looks like it.

Nothing here decides anything. Every finding states its false-alarm rate and where that figure
comes from; people look and judge.
"""
