"""The words of the platform: frozen values that every other room uses, without input or output."""
