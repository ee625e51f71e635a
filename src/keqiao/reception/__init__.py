"""The reception register 来电来访: who called or came, what about, and what became of it."""
