"""The department's own tiers of customers: VIP, 大客户, 普通 and whatever it adds."""
