"""What a run is: frozen values with bounds, units and help. No torch, no Qt."""
