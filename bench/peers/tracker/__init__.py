"""The same register as many would build it: Django, REST framework, django-simple-history.

One model whose every change is kept as a row of history, tokens, and nothing more: no rule, no
alert, nothing sealed. It runs in a virtual environment of its own, and imports nothing of ours.
"""
