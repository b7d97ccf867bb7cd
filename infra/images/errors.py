"""What can go wrong with the images.

ImagesError            one clear line for the person at the console
├── ToolError          a program is missing or failed
├── RegistryError      the registry refuses, or holds what Lambda would not run
└── SourceError        the tree cannot be named by its commit
"""


class ImagesError(Exception):
    """The images cannot be built or pushed; the message is one clear line."""


class ToolError(ImagesError):
    """A program is missing or failed."""


class RegistryError(ImagesError):
    """The registry refuses, or holds what Lambda would not run."""


class SourceError(ImagesError):
    """The tree cannot be named by its commit."""
