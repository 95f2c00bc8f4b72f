"""The tests that a flow file holds, run in virtual time by the machine that runs live calls."""
