"""Django's settings, as for production, on the database that the environment names."""

import os

SECRET_KEY = os.environ["TRACKER_SECRET"]
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "tracker.urls"
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "rest_framework.authtoken",
    "simple_history",
    "tracker",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}

SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": os.environ["TRACKER_DATABASE"],
    "OPTIONS": {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
    },
}
POSTGRESQL = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": os.environ["TRACKER_DATABASE"],
    "HOST": os.environ.get("TRACKER_HOST"),
    "PORT": os.environ.get("TRACKER_PORT"),
    "USER": "postgres",
}
DATABASES = {
    "default": {
        **(POSTGRESQL if "TRACKER_HOST" in os.environ else SQLITE),
        "ATOMIC_REQUESTS": True,  # a declaration and its history, or neither
        "CONN_MAX_AGE": None,
    }
}
