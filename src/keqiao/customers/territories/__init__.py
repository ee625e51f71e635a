"""Sales territories: which customers are whose by region, industry and agent company."""
