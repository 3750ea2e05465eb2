"""Making a data set of shapes with settings of one's own."""
