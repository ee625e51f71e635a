"""Settings, urls, processes. Imported by nobody."""
