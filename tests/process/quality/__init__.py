"""Quality control by itself."""
