"""The ways to reach people that pubguard brings: one module each."""
