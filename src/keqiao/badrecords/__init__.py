"""The register of bad records 不良记录: what went wrong towards customers, and whether it is put right."""
