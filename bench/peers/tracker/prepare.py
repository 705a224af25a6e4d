"""Makes the tables, and prints a token for each of as many workers: `-m tracker.prepare 16`."""

import os
import sys

import django
from django.core.management import call_command


def main(workers: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
    django.setup()
    from django.contrib.auth import get_user_model
    from rest_framework.authtoken.models import Token

    call_command("migrate", verbosity=0)
    for number in range(workers):
        user = get_user_model().objects.create(username=f"worker-{number}")
        print(Token.objects.create(user=user).key)


if __name__ == "__main__":
    main(int(sys.argv[1]))
