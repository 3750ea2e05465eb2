"""The catalog: data sets that can be downloaded."""
