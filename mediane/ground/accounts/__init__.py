"""People who sign in, their roles, and the Actor that every use case is given."""
