from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords


class Declaration(models.Model):
    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=40)
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    happened_on = models.DateField()
    captured_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    service_user = models.CharField(max_length=40)
    details = models.JSONField()
    late_reason = models.TextField(null=True)
    status = models.CharField(max_length=40, default="awaiting_decision")
    history = HistoricalRecords()
