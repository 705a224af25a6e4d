"""All that is held about one worker or one service user, put together for whoever asks for it."""
