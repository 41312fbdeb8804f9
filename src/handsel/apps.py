from django.apps import AppConfig


class HandselConfig(AppConfig):
    name = "handsel"
    label = "handsel"
    verbose_name = "Handsel"
