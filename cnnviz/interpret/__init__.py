"""What a network sees and has learned, as read-only arrays ready for painting. No Qt."""
