"""Dialogs to begin with something that is there: a famous network, or the usual pattern."""
