"""The states of jobs in training as files, so that an interrupted job goes on where it was."""
