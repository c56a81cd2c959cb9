"""Tests of kept pages."""
