"""What is installed on a publishing system's side; it imports only pubguard."""
