"""The flow language: loader, checks, machine, verbs, runner, simulator."""
