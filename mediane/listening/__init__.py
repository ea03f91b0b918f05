"""How people reach us (later): channels, contacts, intake, tracking."""
