"""The evidence log, its folds, the recording archive and retention."""
