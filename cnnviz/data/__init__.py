"""Images in: data sets with fixed splits, their readers, single pictures and batches."""
