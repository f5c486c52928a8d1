"""Sell-offs: joint declines, episodes, the monitor, who sold, and how April 2025 reads."""

from foreign_demand.analysis.selloffs import episode, joint, monitor, readings, sellers

__all__ = ["episode", "joint", "monitor", "readings", "sellers"]
