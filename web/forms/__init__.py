"""Forms: `questions.py` makes them of models, `fields.py` their HTML; `act_form.py` sends acts."""
