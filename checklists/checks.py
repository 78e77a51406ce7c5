"""System checks: combinations of settings that would do harm, each with an id and a way out."""

from __future__ import annotations
