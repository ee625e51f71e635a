"""Papers for customers: receipt, explanation, decision, closing letter, made from templates and kept as they were."""
