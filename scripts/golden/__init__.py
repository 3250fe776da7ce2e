"""The parts of scripts/golden.py."""
