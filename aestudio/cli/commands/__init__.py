"""The commands, one a file: ``add(commands)`` makes its parser, ``run(options)`` does it."""
