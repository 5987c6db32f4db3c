"""Version, in step with the npm packages."""

__version__ = "0.1.0"
