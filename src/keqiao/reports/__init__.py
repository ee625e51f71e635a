"""Reports 分析报告: drafted from the figures, edited by a person, approved, and kept as they were."""
