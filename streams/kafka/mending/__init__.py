"""The way out: where stages go on after a loss, what is done again, and rejections tried again.

All but the last works while no worker runs; none cares about running ones.
"""
