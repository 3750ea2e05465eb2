"""The program without its widgets: document, session, settings and start-up. QtCore and QtGui only."""
