"""What every layer costs: a table with sums, bars and measured times."""
