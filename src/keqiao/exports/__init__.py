"""Lists taken away as files: in the background, with approval above a limit, watermarked, for a few days."""
