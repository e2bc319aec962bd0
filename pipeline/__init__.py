"""In Short: news about AI and software as stories anybody can follow, each sentence traced to its source."""

__version__ = "0.1.0"
