"""How HTTP comes in and out: one application, its deadlines, figures and health, and the engine process."""
