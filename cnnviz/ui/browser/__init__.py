"""Looking at the images of a data set: all of them, by class and part, with counts and mean images."""
