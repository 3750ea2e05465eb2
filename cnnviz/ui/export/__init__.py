"""Views as pictures for a report, and the numbers behind them as files."""
