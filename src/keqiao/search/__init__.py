"""One search box over everything that registers itself."""
