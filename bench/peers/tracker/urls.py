from django.urls import path
from tracker.api import DeclarationView

urlpatterns = [path("api/declarations/<uuid:chosen>", DeclarationView.as_view())]
