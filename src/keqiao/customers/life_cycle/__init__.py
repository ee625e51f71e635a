"""潜在, 意向, 成交, 复购, 沉睡, 流失: a customer's stage, by rule or by hand."""
