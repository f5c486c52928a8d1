"""Sell-offs: joint declines, episodes, the monitor, who sold."""
