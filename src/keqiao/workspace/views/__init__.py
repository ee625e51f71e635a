"""Pages made of many areas: home, the manager's page, sharing out, the customer's own pages, the rules."""
