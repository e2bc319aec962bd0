"""`python -m pipeline` is `inshort`."""

from pipeline.cli import main

main()
