"""Suggestions 客户建议: what customers propose, taken up by a department or not, and answered."""
