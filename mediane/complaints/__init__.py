"""The operator's side (later): recourse ladder, definitive reply, redress."""
