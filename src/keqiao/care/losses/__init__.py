"""Lost customers: marked with reason and evidence, won back or given up, and analysed."""
