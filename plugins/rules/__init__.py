"""The rules that come with pubguard, a plugin for each family."""
