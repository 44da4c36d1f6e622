"""The Django admin of this installation: for its staff, who see every workspace."""
