from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Templates and template tags of the ground floor."""

    name = "keqiao.kernel"
    label = "kernel"
