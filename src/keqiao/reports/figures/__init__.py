"""The figures that pages and reports share: periods, counts, charts, and the list behind each of them."""
