"""What is registered: accounts and their tokens, devices, and the catalogue that all of them share."""
