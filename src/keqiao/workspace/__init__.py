"""Pages made of many areas: home, search, the customer's own page."""
