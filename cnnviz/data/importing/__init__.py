"""Pictures in folders of one's own, made into data sets."""
