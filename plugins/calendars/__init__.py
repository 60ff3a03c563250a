"""The calendar formats that pubguard brings: one module each."""
